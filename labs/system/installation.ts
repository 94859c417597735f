// Where this copy of Podwire is installed and which build it is. Used by labd's launcher, sessions and the CLI.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'

const buildFile = z.object({ build: z.string(), assets: z.string().optional() })

export interface Installation {
  /** the clone: holds dist/, labs/scenarios and content/ */
  root: string
  dist: string
  build: string
  /** folder of what sandboxes need */
  assets: string
}

/** The clone's root folder, from a bundle in dist/ as well as from the sources. */
export function installationRoot(): string {
  let folder = import.meta.dirname
  if (basename(folder) === 'dist') return dirname(folder)
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) throw new LabError('internal', `No package.json above ${import.meta.dirname}.`)
    folder = dirname(folder)
  }
  return folder
}

/** Reads dist/build.json; throws LabError `runtime-unavailable` when Podwire has not been built or its assets are not staged. */
export function readInstallation(root = installationRoot()): Installation {
  const dist = join(root, 'dist')
  const hint = 'Run npm start once: it builds what is missing.'
  let text: string
  try {
    text = readFileSync(join(dist, 'build.json'), 'utf8')
  } catch (error) {
    throw new LabError('runtime-unavailable', 'Podwire is not built yet.', { hint, cause: error })
  }
  const parsed = buildFile.safeParse(JSON.parse(text))
  if (!parsed.success || !parsed.data.assets || !existsSync(parsed.data.assets)) {
    throw new LabError('runtime-unavailable', 'What labs run is not staged yet.', { hint })
  }
  return { root, dist, build: parsed.data.build, assets: parsed.data.assets }
}
