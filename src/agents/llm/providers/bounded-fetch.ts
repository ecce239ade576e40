/** More than any model says in one answer; whatever sends more would only fill the memory. */
const longestAnswer = 64 * 1024 * 1024;

/** `fetch` for requests to models: reading the answer fails after 64 MB. */
export async function boundedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (!response.body) return response;
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limited(longestAnswer)), { status, statusText, headers });
}

function limited(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) controller.error(new Error(`the answer is longer than ${bytes / 1024 / 1024} MB`));
      else controller.enqueue(chunk);
    },
  });
}
