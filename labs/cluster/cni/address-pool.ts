// Pod addresses of one node in the order of the host-local plugin: the next one after the last, from .2 upward, round and round.

export interface AddressPool {
  /** Throws when every address is taken. */
  take(): string
  give(address: string): void
}

/** `cidr` is a /24 such as 10.244.1.0/24: .0 is the network, .1 the gateway, .255 the broadcast address. */
export function createAddressPool(cidr: string): AddressPool {
  const prefix = cidr.replace(/\d+\/24$/, '')
  if (prefix === cidr) throw new Error(`an address pool needs a /24, not ${cidr}`)
  const taken = new Set<number>()
  let last = 1
  return {
    take() {
      for (let step = 1; step <= 253; step++) {
        const host = ((last - 2 + step) % 253) + 2
        if (taken.has(host)) continue
        taken.add(host)
        last = host
        return prefix + host
      }
      throw new Error(`no IP addresses available in range set: ${prefix}1-${prefix}254`)
    },
    give(address) {
      taken.delete(Number(address.slice(prefix.length)))
    },
  }
}
