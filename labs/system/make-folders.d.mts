export function makeFolders(path: string, mode: number): void
