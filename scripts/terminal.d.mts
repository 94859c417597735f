export const root: string
export function say(line: string): void
export class SetupError extends Error {}
export function ask(question: string, streams?: { input?: NodeJS.ReadableStream; output?: NodeJS.WritableStream }): Promise<boolean>
