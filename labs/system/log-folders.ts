// Folders of logs that outlive the lab they tell of, below the state folder; only the newest are kept. Used by the kind runtime and the reaper.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stateFolder } from './folders.ts'

const keptFolders = 10
const isOurs = (name: string) => /^kind-[a-z0-9]+$/.test(name)

export const logsFolder = (): string => join(stateFolder(), 'logs')

export const logFolder = (logs: string, labId: string): string => join(logs, `kind-${labId}`)

/** Makes the folder of a lab's logs, and removes the oldest others. Throws what keeps it from being made. */
export function makeLogFolder(logs: string, labId: string): string {
  const folder = logFolder(logs, labId)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const others = readdirSync(logs)
    .filter((name) => isOurs(name) && join(logs, name) !== folder)
    .flatMap((name) => {
      const madeAt = statSync(join(logs, name), { throwIfNoEntry: false })?.mtimeMs
      return madeAt === undefined ? [] : [{ path: join(logs, name), madeAt }]
    })
    .sort((a, b) => b.madeAt - a.madeAt)
  for (const { path } of others.slice(keptFolders - 1)) rmSync(path, { recursive: true, force: true })
  return folder
}

/** Copies those of the files that are there into the folder of a lab's logs; undefined when they cannot be kept. */
export function keepLogs(logs: string, labId: string, files: readonly string[]): string | undefined {
  try {
    const folder = makeLogFolder(logs, labId)
    for (const file of files) if (existsSync(file)) copyFileSync(file, join(folder, basename(file)))
    return folder
  } catch {
    return undefined // a full disk: why the logs were wanted is worth more
  }
}
