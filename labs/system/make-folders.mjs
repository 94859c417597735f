// Makes a folder and those above it, one by one. Plain JavaScript without dependencies: folders.ts calls it, and the set-up scripts do before anything is
// built. Node's own `recursive` asks for ever, at full speed, where a file system says "no such file" to a new name in a folder that is there (/proc).
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** @param {string} path absolute  @param {number} mode of each folder that is made. Throws the system's error. */
export function makeFolders(path, mode) {
  const missing = []
  for (let at = path; !statSync(at, { throwIfNoEntry: false }); at = dirname(at)) missing.unshift(at)
  for (const each of missing) {
    try {
      mkdirSync(each, { mode })
    } catch (error) {
      // somebody else was quicker; a link that leads nowhere also "exists"
      if (error.code !== 'EEXIST' || !statSync(each, { throwIfNoEntry: false })?.isDirectory()) throw error
    }
  }
}
