// `podwire kind load`: a node image from an archive, for machines that reach no registry.
import { defineCommand } from 'citty'
import { loadNodeImage, rememberImage } from '../../runtimes/kind/node-image.ts'
import { findEngine, toolPlaces } from '../../runtimes/kind/tools.ts'
import { LabError } from '../../spec/errors.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { stoppable } from '../signals.ts'

export const kindLoad = defineCommand({
  meta: { name: 'load', description: 'Load a node image from an archive (.tar, .tar.gz, .tar.xz, .tar.zst); labs use it from then on' },
  args: {
    archive: { type: 'positional', required: false, description: 'what docker save or podman save wrote' },
    forget: { type: 'boolean', description: "use kind's own image again; the loaded one stays in the engine" },
    ...jsonFlag,
  },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const { archive } = args
    if (Boolean(archive) === Boolean(args.forget))
      throw new LabError('bad-request', 'Name an archive, or say --forget.', { hint: 'podwire kind load node-image.tar.zst' })
    const places = toolPlaces()
    if (!archive) {
      await rememberImage(places.cache, undefined)
      output.data({ image: null })
      output.say("Labs on kind use kind's own node image.")
      return
    }
    const image = await stoppable(async (signal) =>
      loadNodeImage(archive, { ...places, engine: await findEngine(places), signal, onLine: (line) => output.say(line) }),
    )
    output.data({ image })
    output.say(`Labs on kind use ${image.name} (Kubernetes ${image.version}).`)
    if (image.note) output.say(`Note: ${image.note}.`)
    const named = places.env.PODWIRE_KIND_IMAGE
    if (named && named !== image.name) output.say(`PODWIRE_KIND_IMAGE=${named} comes before it, until it is unset.`)
  },
})
