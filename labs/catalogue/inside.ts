// Reads files that others have named, and only within a folder: neither a name nor a link leads out of it. Used by scenario-catalogue.ts and importing/.
import { readFile, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'

export type Inside = { content: string } | { refused: 'missing' | 'outside' | 'unreadable'; message: string }

/** `file` is relative to the folder. Never rejects for what the file's name or nature is. */
export async function readInside(folder: string, file: string): Promise<Inside> {
  try {
    const real = await realpath(join(folder, file))
    const inside = relative(await realpath(folder), real)
    if (isAbsolute(file) || inside === '..' || inside.startsWith(`..${sep}`))
      return { refused: 'outside', message: `${file} is outside the folder` }
    return { content: await readFile(real, 'utf8') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { refused: 'missing', message: `${file} does not exist` }
    return { refused: 'unreadable', message: `${JSON.stringify(file)} cannot be read: ${(error as Error).message}` }
  }
}
