// What a scenario from a stranger would run, where, and with which privileges: for whoever must say yes to it. Pure; used by the CLI.
import { parseAllDocuments } from 'yaml'
import type { Step } from '../../spec/scenario.ts'
import type { LoadedScenario } from '../scenario-catalogue.ts'

export interface Script {
  /** setup, fault, check web-answers, … */
  when: string
  /** the place in the lab, or the lab's API */
  on: string
  content: string
}

export interface WhatItRuns {
  privileges: string[]
  images: string[]
  scripts: Script[]
}

export function whatItRuns({ scenario, files }: LoadedScenario): WhatItRuns {
  const content = (path: string) => files.get(path) ?? ''
  const read = (when: string, steps: readonly Step[]): Script[] =>
    steps.map((step) => {
      if ('run' in step) return { when, on: step.on, content: step.run }
      if ('script' in step) return { when, on: step.on, content: content(step.script) }
      if ('apply' in step) return { when, on: 'Kubernetes API', content: content(step.apply) }
      return { when, on: 'answer' in step ? 'the grader' : 'Kubernetes API', content: JSON.stringify(step) }
    })
  const commands = (['checks', 'guards', 'symptom'] as const).flatMap((list) =>
    scenario[list].flatMap((entry) =>
      'command' in entry ? [{ when: `${list} ${entry.id}`, on: entry.command.on, content: entry.command.run }] : [],
    ),
  )
  const manifests = scenario.manifests.map((path) => ({ path, objects: objectsOf(content(path)) }))
  const programs = manifests.flatMap(({ objects }) => objects.flatMap((object) => valuesOf(object, 'image')))
  return {
    privileges: privilegesOf(scenario, manifests),
    images: [...new Set([...programs, ...scenario.hosts.flatMap(({ run }) => run.map(({ image }) => image))].map(String))].sort(),
    scripts: [
      ...read('setup', scenario.setup),
      ...read('fault', scenario.fault.inject),
      ...read('withdrawal', scenario.fault.withdraw),
      ...commands,
      ...read('solution (proof only)', scenario.solution),
      ...scenario.otherSolutions.flatMap(({ id, steps }) => read(`other solution ${id} (proof only)`, steps)),
      ...scenario.wrongFixes.flatMap(({ id, steps }) => read(`wrong fix ${id} (proof only)`, steps)),
    ],
  }
}

type Manifest = { path: string; objects: unknown[] }

function privilegesOf(scenario: LoadedScenario['scenario'], manifests: readonly Manifest[]): string[] {
  const asked = ['privileged', 'hostNetwork', 'hostPID', 'hostIPC', 'hostPath'].flatMap((field) =>
    manifests
      .filter(({ objects }) => objects.some((object) => valuesOf(object, field).some((value) => value !== false)))
      .map(({ path }) => `${path} asks for ${field}: of the lab's node, not of this machine`),
  )
  return [
    "its scripts are root on the lab's own machines, and administrator of the lab's Kubernetes API",
    "on embedded a lab is a sandbox: this machine's files are read-only or out of sight, its processes and its network out of reach",
    ...(scenario.privileged ? ['it asks for a lab with eBPF: students may use the maps in it, and only root can start it'] : []),
    ...scenario.ebpf.map(
      ({ source, on }) =>
        `${source} is loaded into the kernel of this machine, by root and on ${on}: the kernel checks it, and it may neither trace nor read kernel memory`,
    ),
    ...(scenario.runtimes.includes('kind')
      ? ['on kind the nodes are privileged containers of your container engine: there a script on a node can reach this machine']
      : []),
    ...asked,
  ]
}

/** A manifest that cannot be read is the loader's to refuse. */
function objectsOf(manifest: string): unknown[] {
  const documents = parseAllDocuments(manifest)
  return Array.isArray(documents) ? documents.map((document) => document.toJS({ maxAliasCount: 0 })) : []
}

/** Every value of a field of that name, however deep. */
function valuesOf(object: unknown, field: string): unknown[] {
  if (typeof object !== 'object' || object === null) return []
  return Object.entries(object).flatMap(([key, value]) => (key === field ? [value] : valuesOf(value, field)))
}
