// The words rules are made of. Used by every file here that writes a rule.
import type { LocalDetector } from './inputs.ts'

/** Comments with anything but a bare name are quoted, as kube-proxy writes them. */
export const comment = (text: string): string => `-m comment --comment ${/^[\w./:-]+$/.test(text) ? text : `"${text}"`}`

/** Declares a chain, which also empties one that exists. */
export const chainLine = (chain: string): string => `:${chain} - [0:0]`

/** `0x00004000` for bit 14; with its mask: `0x00004000/0x00004000`. */
export const markText = (bit: number): string => `0x${(2 ** bit).toString(16).padStart(8, '0')}`

/** Matches traffic that comes from a pod of this cluster (as far as the node can tell), or does not; undefined when there is no way to tell. */
export function localMatch(detector: LocalDetector, local: boolean): string | undefined {
  const not = local ? '' : '! '
  switch (detector.mode) {
    case 'clusterCIDR':
      return `${not}-s ${detector.cidr}`
    case 'bridgeInterface':
      return `${not}-i ${detector.name}`
    case 'interfacePrefix':
      return `${not}-i ${detector.prefix}+`
    case 'none':
      return undefined
  }
}

/** The chance of one of `left` endpoints: ten decimals, as `%0.10f`. */
export const probability = (left: number): string => (1 / left).toFixed(10)
