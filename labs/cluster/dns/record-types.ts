// The types of DNS records by name and number, as far as people ask for them.

export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  TLSA: 52,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  CAA: 257,
} as const
export type RecordTypeName = keyof typeof recordTypes

const names = new Map(Object.entries(recordTypes).map(([name, code]) => [code as number, name]))
/** TYPE1234 for what has no name here. */
export const typeName = (code: number): string => names.get(code) ?? `TYPE${code}`
/** Undefined for a word that names no type. */
export const typeCode = (name: string): number | undefined => recordTypes[name as RecordTypeName]
