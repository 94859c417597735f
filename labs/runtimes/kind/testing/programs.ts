// Programs that stand in for docker and kind, and an image that looks like a node's and never becomes one. Used by failure tests.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A shell script; returns its path. */
export function writeProgram(folder: string, name: string, script: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

/** Its container runs and says nothing: kind waits half a minute for it. `docker` is the program. */
export function importDumbNode(docker: string, assets: string, image: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'pw-node-'))
  try {
    copyFileSync(join(assets, 'bin/labinit'), join(folder, 'init'))
    const tar = join(folder, 'root.tar')
    run('tar', '-cf', tar, '-C', folder, 'init')
    run(docker, 'import', '--change', 'ENTRYPOINT ["/init","init"]', tar, image)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(file: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`)
}
