// For whom an endpoint is meant, as a Service's trafficDistribution wants it: upstream's endpointslice/trafficdist. Pure, and for browsers too.

export interface Hints {
  forNodes?: { name: string }[]
  forZones?: { name: string }[]
}

/** Undefined: for everybody. An endpoint without a zone or a node says nothing about it. */
export function hintsFor(
  trafficDistribution: string | undefined,
  endpoint: { ready: boolean; nodeName?: string; zone?: string },
): Hints | undefined {
  const { ready, nodeName, zone } = endpoint
  if (!ready) return undefined
  const forZones = zone ? { forZones: [{ name: zone }] } : undefined
  switch (trafficDistribution) {
    case 'PreferSameNode':
      return nodeName ? { forNodes: [{ name: nodeName }], ...forZones } : undefined
    case 'PreferClose': // the old name
    case 'PreferSameZone':
      return forZones
    default:
      return undefined
  }
}
