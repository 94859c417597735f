// The network of a kind lab: one of its own in the engine, with a subnet that we choose, because hosts have fixed addresses on it. Used by runtime.ts.
import { readFileSync } from 'node:fs'
import { LabError } from '../../spec/errors.ts'
import type { Engine } from './engine.ts'
import { labLabel, networkName } from './names.ts'

/** The embedded runtime's own first: then addresses are the same on both. */
const candidates = [
  ...Array.from({ length: 14 }, (_, index) => `172.${18 + index}.0.0/16`),
  ...Array.from({ length: 15 }, (_, index) => `192.168.${16 * (index + 1)}.0/20`),
]

interface Range {
  first: number
  last: number
}

function rangeOf(subnet: string): Range {
  const [address = '', bits = '32'] = subnet.split('/')
  const size = 2 ** (32 - Number(bits))
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = number - (number % size)
  return { first, last: first + size - 1 }
}

/** Subnets that no route of this machine touches, in order. `routes` is the text of /proc/net/route. Pure. */
export function freeSubnets(routes: string): string[] {
  const little = (hex: string) => Number.parseInt(hex.match(/../g)?.reverse().join('') ?? '0', 16)
  const taken = routes
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length > 7 && fields[7] !== '00000000') // all but the default route
    .map((fields): Range => {
      const first = little(fields[1] as string)
      return { first, last: first + (0xffffffff - little(fields[7] as string)) }
    })
  return candidates.filter((candidate) => {
    const { first, last } = rangeOf(candidate)
    return !taken.some((range) => range.first <= last && first <= range.last)
  })
}

const isTaken = (error: unknown) =>
  error instanceof LabError && /overlaps|already used|already in use by|subnet .* is already/i.test(error.message)

function readRoutes(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8')
  } catch {
    return '' // the engine refuses what overlaps with its own
  }
}

/** Resolves with the subnet. Throws LabError cluster-failed when none is free, command-failed. */
export async function createNetwork(engine: Engine, labId: string, signal: AbortSignal): Promise<string> {
  for (const subnet of freeSubnets(readRoutes())) {
    try {
      await engine.run(['network', 'create', '--subnet', subnet, '--label', `${labLabel}=${labId}`, networkName(labId)], { signal })
      return subnet
    } catch (error) {
      if (!isTaken(error)) throw error // another lab was faster: the next one
    }
  }
  throw new LabError('cluster-failed', 'Every network that a lab could have is taken on this machine.', {
    hint: `${engine.name} network prune removes those that nothing uses.`,
  })
}
