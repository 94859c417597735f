// The card that a node's vxlan device begins with.
import { createHash } from 'node:crypto'

/** A card of the node's own, as random as any; of the same node in every lab the same. */
export const firstMac = (node: string): string => {
  const bytes = createHash('sha256').update(`vtep/${node}`).digest()
  bytes[0] = ((bytes[0] as number) & 0xfc) | 2 // locally administered, one receiver
  return (bytes.toString('hex').slice(0, 12).match(/../g) as string[]).join(':')
}
