/** A part of an address without its percent signs; where they are no encoding, as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text; // a lone `%`
    throw error;
  }
}
