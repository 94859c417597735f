// What of Kubernetes' tests runs, by group, and how the binary's own report is read. Used by main.ts.
import { z } from 'zod'

export const groups = {
  netpol: { focus: String.raw`\[sig-network\] Netpol`, title: 'NetworkPolicy' },
  conformance: {
    focus: String.raw`\[sig-network\].*\[Conformance\]`,
    title: 'Conformance of Services, EndpointSlices, DNS, Ingress and proxies',
  },
} as const
export type Group = keyof typeof groups

/** A kernel without SCTP keeps these specs waiting until they give up. */
export const sctp = 'SCTP|sctp'

export interface SpecResult {
  name: string
  state: 'passed' | 'failed' | 'skipped'
  seconds: number
  /** of a failure: the first lines; of a spec that skipped itself: why */
  message?: string
}

const report = z.array(
  z.object({
    SpecReports: z.array(
      z.object({
        ContainerHierarchyTexts: z.array(z.string()).nullable(),
        LeafNodeType: z.string(),
        LeafNodeText: z.string(),
        State: z.string(),
        RunTime: z.number().default(0),
        Failure: z.object({ Message: z.string() }).optional(),
      }),
    ),
  }),
)

export interface Report {
  /** of the cluster and of the tests */
  versions: { cluster: string; tests: string }
  /** of the group, by name; those that a filter left out are skipped without a message */
  specs: SpecResult[]
}

const shortened = (message: string) => message.trim().split('\n').slice(0, 12).join('\n')

export function readReport(text: string, group: Group): Report {
  const wanted = new RegExp(groups[group].focus)
  const version = (what: string) => new RegExp(`${what} version: (v[\\w.+-]+)`).exec(text)?.[1] ?? 'unknown'
  const specs = report
    .parse(JSON.parse(text))
    .flatMap(({ SpecReports }) => SpecReports)
    .filter(({ LeafNodeType }) => LeafNodeType === 'It')
    .map(({ ContainerHierarchyTexts, LeafNodeText, State, RunTime, Failure }): SpecResult => {
      const state = State === 'passed' || State === 'skipped' ? State : State === 'pending' ? 'skipped' : 'failed'
      return {
        name: [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(' '),
        state,
        seconds: Math.round(RunTime / 1e8) / 10,
        ...(Failure?.Message ? { message: shortened(Failure.Message) } : {}),
      }
    })
    .filter(({ name }) => wanted.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return { versions: { cluster: version('kube-apiserver'), tests: version('e2e test') }, specs }
}

export interface RunChoice {
  kubeconfig: string
  reportFile: string
  focus: string
  skip: string
  minutes: number
  verbose: boolean
}

export const argumentsFor = ({ kubeconfig, reportFile, focus, skip, minutes, verbose }: RunChoice): string[] => [
  '--provider=skeleton',
  `--kubeconfig=${kubeconfig}`,
  '--num-nodes=2',
  '--allowed-not-ready-nodes=0',
  '--ginkgo.no-color',
  `--ginkgo.focus=${focus}`,
  ...(skip ? [`--ginkgo.skip=${skip}`] : []),
  `--ginkgo.timeout=${minutes}m`,
  `--ginkgo.json-report=${reportFile}`,
  ...(verbose ? ['--ginkgo.v'] : []),
]
