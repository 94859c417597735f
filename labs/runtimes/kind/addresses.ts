// Addresses of a lab on its own network: scenarios write those of the embedded runtime, and the engine chose the network. Pure; used by hosts.ts.
import { LabError } from '../../spec/errors.ts'

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toText = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

/** The address that a scenario's 172.18.x.y has on the network `subnet` (172.20.0.0/16): the same host part. Throws where it does not fit. */
export function onNetwork(subnet: string, address: string): string {
  const [base = '', bits = ''] = subnet.split('/')
  const size = 2 ** (32 - Number(bits))
  const host = toNumber(address) % 65_536
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(base) || !(host < size - 1))
    throw new LabError('cluster-failed', `The lab's network ${subnet} is too small for a host at ${address}.`, {
      hint: "Give docker address pools of /24 or larger (default-address-pools in the daemon's configuration).",
    })
  return toText(toNumber(base) - (toNumber(base) % size) + host)
}
