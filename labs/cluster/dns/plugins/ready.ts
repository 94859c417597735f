// `ready`: says over HTTP that every plugin can answer. Ours can from the start: the objects they answer from are in the same process.
import { portOf } from '../corefile/values.ts'
import type { Setup } from '../plugin.ts'
import { onlyOnce } from './once.ts'

export const ready: Setup = (words) => {
  let port = 8181
  onlyOnce(words, () => {
    const [address, ...more] = words.remaining()
    if (more.length) throw words.argumentError()
    if (address !== undefined) port = portOf(address)
    while (words.nextInBlock()) {
      if (words.value() !== 'monitor') throw words.unknownProperty()
      const [kind, ...rest] = words.remaining()
      if (kind === undefined || rest.length) throw words.argumentError()
      if (kind !== 'until-ready' && kind !== 'continuously') throw words.error(`monitor type '${kind}' not supported`)
    }
  })
  return {
    endpoint: {
      port,
      respond: (path) => (path === '/ready' ? { status: 200, body: 'OK' } : { status: 404, body: '404 page not found\n' }),
    },
  }
}
