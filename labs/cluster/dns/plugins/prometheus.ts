// `prometheus`: accepted, because every kubeadm Corefile has it. Nothing is counted.
import { portOf } from '../corefile/values.ts'
import type { Setup } from '../plugin.ts'
import { eachTime } from './once.ts'

export const prometheus: Setup = (words) => {
  eachTime(words, () => {
    const [address, ...more] = words.remaining()
    if (more.length) throw words.argumentError()
    if (address !== undefined) portOf(address)
    if (words.nextInBlock()) throw words.unknownProperty()
  })
  return {}
}
