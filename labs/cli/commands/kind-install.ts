// `podwire kind install`: puts the one kind release that labs use into the project's cache.
import { defineCommand } from 'citty'
import { installKind } from '../../runtimes/kind/install.ts'
import { toolPlaces } from '../../runtimes/kind/tools.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { stoppable } from '../signals.ts'

const how = { cache: 'was there already', release: 'is the official binary', go: 'was built with Go' }

export const kindInstall = defineCommand({
  meta: { name: 'install', description: "Install kind into Podwire's own cache" },
  args: { ...jsonFlag },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const installed = await stoppable((signal) => installKind({ ...toolPlaces(), signal, onLine: (line) => output.say(line) }))
    output.data(installed)
    output.say(`kind v${installed.version} ${how[installed.from]}: ${installed.program}`)
    const named = process.env.PODWIRE_KIND
    if (named && named !== installed.program) output.say(`Labs use PODWIRE_KIND=${named} nevertheless, until it is unset.`)
  },
})
