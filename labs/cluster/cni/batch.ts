// Text for `ip -batch` and `bridge -batch`.
export const lines = (...text: readonly string[]): string => text.map((line) => `${line}\n`).join('')
