// Kubernetes' e2e binary, from the file that PODWIRE_UPSTREAM_E2E names, packed with zstd or not. Used by main.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { LabError } from '../../labs/spec/errors.ts'
import { findProgram } from '../../labs/system/programs.ts'

const how = `It is not in the clone, for its size. Build it from the Kubernetes sources, go test -c -o e2e.test k8s.io/kubernetes/test/e2e, then
  PODWIRE_UPSTREAM_E2E=/path/to/e2e.test npm run test:upstream`

/** The binary's bytes. Throws LabError bad-request (no file) and runtime-unavailable (zstd is missing). */
export function openProgram(file = process.env.PODWIRE_UPSTREAM_E2E): Readable {
  if (!file) throw new LabError('bad-request', "PODWIRE_UPSTREAM_E2E does not say where Kubernetes' e2e binary is.", { hint: how })
  if (!existsSync(file)) throw new LabError('bad-request', `PODWIRE_UPSTREAM_E2E names ${file}, which is not there.`, { hint: how })
  if (!file.endsWith('.zst')) return createReadStream(file)
  const zstd = findProgram('zstd', process.env.PATH ?? '')
  if (!zstd)
    throw new LabError('runtime-unavailable', `${file} is packed with zstd, which is not installed.`, {
      hint: `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y zstd`,
    })
  const unpacking: ChildProcess = spawn(zstd, ['-dc', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const bytes = unpacking.stdout as Readable
  unpacking.on('close', (code) => {
    if (code !== 0) bytes.destroy(new LabError('bad-request', `${file} could not be unpacked.`))
  })
  return bytes
}
