/** SHA-256 of a text's UTF-8 bytes, as 64 lower-case hex digits. Handed in, since core reads no modules of Node. */
export type Hash = (text: string) => string;
