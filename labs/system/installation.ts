// Where this copy of Podwire is installed and which build it is. Used by labd's launcher, sessions and the CLI.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import { type OptionalProgram, optionalPrograms } from '../spec/scenario.ts'

const buildFile = z.object({ build: z.string(), assets: z.string().optional() })

export interface Build {
  /** the clone: holds dist/, labs/scenarios and content/ */
  root: string
  dist: string
  build: string
  /** folder of what sandboxes need; undefined where it was not staged: pages work, labs do not */
  assets: string | undefined
}
/** A build that can run labs. */
export interface Installation extends Build {
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

const hint = 'Run npm start once: it builds what is missing.'

/** Reads dist/build.json; throws LabError `runtime-unavailable` when Podwire has not been built. */
export function readBuild(root = installationRoot()): Build {
  const dist = join(root, 'dist')
  let text: string
  try {
    text = readFileSync(join(dist, 'build.json'), 'utf8')
  } catch (error) {
    throw new LabError('runtime-unavailable', 'Podwire is not built yet.', { hint, cause: error })
  }
  const parsed = buildFile.safeParse(JSON.parse(text))
  if (!parsed.success) throw new LabError('runtime-unavailable', 'dist/build.json is not what a build writes.', { hint })
  const { build, assets } = parsed.data
  return { root, dist, build, assets: assets && existsSync(assets) ? assets : undefined }
}

/** The same, where labs must be able to run: throws `runtime-unavailable` also when their assets are not staged. */
export function readInstallation(root = installationRoot()): Installation {
  const { assets, ...build } = readBuild(root)
  if (!assets) throw new LabError('runtime-unavailable', 'What labs run is not staged yet.', { hint })
  return { ...build, assets }
}

/** Which of the programs that only some labs run are not staged here; scripts/stage.mjs puts them there. */
export const lackingPrograms = (assets: string): OptionalProgram[] =>
  optionalPrograms.filter((program) => !existsSync(join(assets, 'skel/opt/podwire/bin', program)))
