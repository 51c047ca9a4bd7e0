/** MD5 (RFC 1321) of UTF-8 text, as 16 bytes. Prometheus' hashmod divides targets by it; it protects nothing here. */
export function md5(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, true);

  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < padded.length; start += 64) {
    const before = [a, b, c, d] as const;
    for (let step = 0; step < 64; step += 1) {
      const [mixed, place] = mix(step, b, c, d);
      const turned = turn((a + mixed + constant(step) + view.getUint32(start + place * 4, true)) | 0, shiftOf(step));
      [a, b, c, d] = [d, (b + turned) | 0, b, c];
    }
    [a, b, c, d] = [(a + before[0]) | 0, (b + before[1]) | 0, (c + before[2]) | 0, (d + before[3]) | 0];
  }
  const digest = new DataView(new ArrayBuffer(16));
  for (const [place, word] of [a, b, c, d].entries()) digest.setInt32(place * 4, word, true);
  return new Uint8Array(digest.buffer);
}

const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

const shiftOf = (step: number): number => shifts[step >> 4]?.[step & 3] ?? 0;
const constant = (step: number): number => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0;
const turn = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** The mixing function of a step, and which word of the block it takes. */
function mix(step: number, b: number, c: number, d: number): readonly [number, number] {
  if (step < 16) return [(b & c) | (~b & d), step];
  if (step < 32) return [(d & b) | (~d & c), (5 * step + 1) % 16];
  if (step < 48) return [b ^ c ^ d, (3 * step + 5) % 16];
  return [c ^ (b | ~d), (7 * step) % 16];
}
