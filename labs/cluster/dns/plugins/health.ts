// `health`: says over HTTP that the process lives.
import { CorefileError } from '../corefile/dispenser.ts'
import { goDuration, portOf } from '../corefile/values.ts'
import type { Setup } from '../plugin.ts'
import { eachTime } from './once.ts'

export const health: Setup = (words) => {
  let port = 8080
  let lameduckMs = 0
  eachTime(words, () => {
    const [address, ...more] = words.remaining()
    if (more.length) throw words.argumentError()
    if (address !== undefined) port = portOf(address)
    while (words.nextInBlock()) {
      if (words.value() !== 'lameduck') throw words.unknownProperty()
      const [text, ...rest] = words.remaining()
      if (text === undefined || rest.length) throw words.argumentError()
      try {
        lameduckMs = goDuration(text)
      } catch (error) {
        throw new CorefileError(`unable to parse lameduck duration value: '${text}' : ${(error as Error).message}`)
      }
    }
  })
  return {
    lameduckMs,
    endpoint: {
      port,
      respond: (path) => (path === '/health' ? { status: 200, body: 'OK' } : { status: 404, body: '404 page not found\n' }),
    },
  }
}
