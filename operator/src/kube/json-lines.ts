/** The framing of a watch: one JSON document a line, cut anywhere by the network. */

/** @returns the documents of a stream. A line that is not JSON is an error; a torn last line is dropped with the stream. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let pending: string[] = [];
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      const whole = [...pending, line].join('');
      pending = [];
      if (whole.trim() !== '') yield JSON.parse(whole) as unknown;
    }
    // Pieces are kept apart until their line ends: appending to one string would copy a large object once a chunk.
    if (last !== '') pending.push(last);
  }
}
