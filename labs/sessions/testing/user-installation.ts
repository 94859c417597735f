// A copy of this installation that belongs to an ordinary user, as if that user had cloned and started it. Used by tests that run as root and want to see
// what such a user sees: who may not read root's folders, and owns what the sandbox shows.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInstallation } from '../../system/installation.ts'

/** what runs and what tests it; node_modules is linked */
const parts = [
  'labs',
  'app',
  'content',
  'scripts',
  'public',
  'dist',
  '.next',
  'package.json',
  'tsconfig.json',
  'next.config.ts',
  'vitest.config.ts',
]

export interface UserInstallation {
  root: string
  /** what a program of that user starts with */
  env: Record<string, string>
  remove(): void
}

export function copyInstallationFor({ uid, gid }: { uid: number; gid: number }): UserInstallation {
  const { root: source, assets } = readInstallation()
  const folder = mkdtempSync(join(tmpdir(), 'pw-user-'))
  chmodSync(folder, 0o755)
  const root = join(folder, 'podwire')
  const ownAssets = join(folder, 'assets')
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  const found = new Set(readdirSync(source))
  execFileSync('cp', ['-a', '--reflink=auto', ...parts.filter((part) => found.has(part)).map((part) => join(source, part)), root])
  execFileSync('cp', ['-a', '--reflink=auto', assets, ownAssets])
  // one link each, so that tools can keep what they keep between runs beside them
  for (const name of readdirSync(join(source, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(source, 'node_modules', name), join(root, 'node_modules', name))
  const buildFile = join(root, 'dist/build.json')
  writeFileSync(buildFile, JSON.stringify({ ...JSON.parse(readFileSync(buildFile, 'utf8')), assets: ownAssets }))
  mkdirSync(join(folder, 'home'))
  execFileSync('chown', ['-R', '-h', `${uid}:${gid}`, folder])
  const { PATH = '', PODWIRE_CHAOS_SEED: seed } = process.env
  return {
    root,
    env: { PATH, HOME: join(folder, 'home'), LANG: 'C.UTF-8', NO_COLOR: '1', ...(seed ? { PODWIRE_CHAOS_SEED: seed } : {}) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
