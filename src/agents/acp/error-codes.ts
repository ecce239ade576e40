/** Codes of errors, those of JSON-RPC and those of the protocol. */
export const unknownMethod = -32601;
export const authenticationRequired = -32000;
export const unsupportedVersion = -32022;
