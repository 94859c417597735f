// A cluster that answers from recordings, for the grader's tests: time, order and failures are what they test, not the network.
// The real runtimes meet the grader in labs/proof/scenarios.integration.test.ts.
import type { NetworkProbe, ProbeResult } from '../spec/probe.ts'
import type { GradedCluster } from './observation.ts'

export interface RecordedCluster extends GradedCluster {
  /** what each kind of call gives; replace to change the network */
  answers: { probe(probe: NetworkProbe, signal?: AbortSignal): Promise<ProbeResult>; api(path: string): { status: number; body: unknown } }
  calls: { probes: NetworkProbe[]; paths: string[] }
}

export const answeredWith = (status: number, body = ''): ProbeResult => ({
  tries: [{ outcome: 'answered', ms: 1, address: '10.96.0.7', status, body }],
})
export const refused: ProbeResult = { tries: [{ outcome: 'refused', ms: 1, address: '10.96.0.7' }] }

export function createRecordedCluster(): RecordedCluster {
  const cluster: RecordedCluster = {
    answers: { probe: async () => answeredWith(200), api: () => ({ status: 404, body: {} }) },
    calls: { probes: [], paths: [] },
    async probe(probe, signal) {
      cluster.calls.probes.push(probe)
      return cluster.answers.probe(probe, signal)
    },
    async api({ path }) {
      cluster.calls.paths.push(path)
      return cluster.answers.api(path)
    },
    places: async () => [{ target: { kind: 'node', name: 'worker' }, address: '172.18.0.3' }],
    spawn: () => Promise.reject(new Error('no process is recorded')),
  }
  return cluster
}
