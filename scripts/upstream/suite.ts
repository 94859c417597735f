// What of Kubernetes' tests runs, by group, and how the binary's own report is read. Used by main.ts.
import { z } from 'zod'

export const groups = {
  netpol: { focus: String.raw`\[sig-network\] Netpol`, title: 'NetworkPolicy' },
  conformance: { focus: String.raw`\[sig-network\].*\[Conformance\]`, title: 'Conformance of Services, EndpointSlices, DNS, Ingress and proxies' },
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

const shortened = (message: string) => message.trim().split('\n').slice(0, 12).join('\n')

/** The specs of a group, in order of name; those that the filters left out are skipped without a message. */
export function readReport(text: string, group: Group): SpecResult[] {
  const wanted = new RegExp(groups[group].focus)
  return report
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
}

export interface RunChoice {
  group: Group
  kubeconfig: string
  reportFile: string
  /** a regular expression of the caller's instead of the group's */
  focus: string | undefined
  skip: string
  minutes: number
}

export const argumentsFor = ({ group, kubeconfig, reportFile, focus, skip, minutes }: RunChoice): string[] => [
  '--provider=skeleton',
  `--kubeconfig=${kubeconfig}`,
  '--num-nodes=2',
  '--allowed-not-ready-nodes=0',
  '--ginkgo.no-color',
  `--ginkgo.focus=${focus ?? groups[group].focus}`,
  ...(skip ? [`--ginkgo.skip=${skip}`] : []),
  `--ginkgo.timeout=${minutes}m`,
  `--ginkgo.json-report=${reportFile}`,
]
