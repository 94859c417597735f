// What a scenario must satisfy beyond its schema: names that meet, files that exist, expressions that compile, addresses that do not collide.
// Pure. Called by scenario-catalogue.ts.
import { type Check, type CniName, type Guard, runtimeNames, type Scenario, type ScenarioText, type Step } from '../spec/scenario.ts'
import { parseTarget } from '../spec/target.ts'
import { suggest } from './problem.ts'
import type { FieldPath } from './yaml-file.ts'

/** A broken rule; `document` says which of the two files holds the field. */
export interface BrokenRule {
  document: 'scenario' | 'text'
  path: FieldPath
  part?: 'key'
  message: string
  mend?: string
}

const nodeNames = ['control-plane', 'worker', 'worker2']
/** Networks of the cluster that an outside host must stay out of, and the addresses of lan that are taken. */
const takenAddresses: Record<string, string> = {
  '172.18.0.1': 'the gateway',
  '172.18.0.2': 'control-plane',
  '172.18.0.3': 'worker',
  '172.18.0.4': 'worker2',
  '172.18.0.50': 'the laptop',
}

export function brokenRules(scenario: Scenario, folderName: string): BrokenRule[] {
  return [
    ...idRules(scenario, folderName),
    ...hostRules(scenario),
    ...needsRules(scenario),
    ...probeRules(scenario),
    ...stepRules(scenario),
    ...holdRules(scenario),
    ...cniRules(scenario),
    ...ebpfRules(scenario),
  ]
}

function idRules(scenario: Scenario, folderName: string): BrokenRule[] {
  const rules: BrokenRule[] = []
  const add = (path: FieldPath, message: string, mend?: string) =>
    rules.push({ document: 'scenario', path, message, ...(mend ? { mend } : {}) })
  if (scenario.id !== folderName)
    add(['id'], `the id "${scenario.id}" is not the folder's name`, `Write id: ${folderName}, or rename the folder.`)
  const seen = new Set<string>()
  for (const list of ['checks', 'guards', 'symptom'] as const) {
    for (const [index, entry] of scenario[list].entries()) {
      if (seen.has(entry.id))
        add([list, index, 'id'], `the id "${entry.id}" is used twice`, 'Ids of checks, guards and symptom must differ.')
      seen.add(entry.id)
    }
  }
  const judges = [...scenario.checks, ...scenario.guards].map((entry) => entry.id)
  const fixes = new Set<string>()
  for (const [index, fix] of scenario.wrongFixes.entries()) {
    if (fixes.has(fix.id)) add(['wrongFixes', index, 'id'], `the id "${fix.id}" is used twice`)
    fixes.add(fix.id)
    if (!judges.includes(fix.rejectedBy))
      add(['wrongFixes', index, 'rejectedBy'], `"${fix.rejectedBy}" is neither a check nor a guard`, suggest(fix.rejectedBy, judges))
  }
  for (const list of ['otherSolutions', 'acceptedMutations'] as const) {
    const ids = scenario[list].map(({ id }) => id)
    for (const [index, id] of ids.entries()) if (ids.indexOf(id) < index) add([list, index, 'id'], `the id "${id}" is used twice`)
  }
  return rules
}

function hostRules(scenario: Scenario): BrokenRule[] {
  const rules: BrokenRule[] = []
  const names = new Set(['laptop', ...nodeNames])
  const addresses = new Map(Object.entries(takenAddresses))
  for (const [index, host] of scenario.hosts.entries()) {
    const add = (field: string, message: string, mend?: string) =>
      rules.push({ document: 'scenario', path: ['hosts', index, field], message, ...(mend ? { mend } : {}) })
    if (names.has(host.name)) add('name', `the name "${host.name}" is taken`)
    names.add(host.name)
    const owner = addresses.get(host.address)
    if (owner) add('address', `${host.address} belongs to ${owner}`, 'Take another address of 172.18.0.0/16.')
    else if (!/^172\.18\./.test(host.address))
      add('address', `${host.address} is not on the network of the nodes`, 'Take an address of 172.18.0.0/16.')
    addresses.set(host.address, host.name)
  }
  return rules
}

function needsRules(scenario: Scenario): BrokenRule[] {
  const rules: BrokenRule[] = []
  for (const list of ['checks', 'symptom'] as const) {
    const entries = scenario[list]
    const ids = entries.map((entry) => entry.id)
    const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
      (entries.find((entry) => entry.id === from)?.needs ?? []).some(
        (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
      )
    for (const [index, entry] of entries.entries()) {
      for (const [n, needed] of entry.needs.entries()) {
        const path = [list, index, 'needs', n]
        if (!ids.includes(needed))
          rules.push({ document: 'scenario', path, message: `"${needed}" is not among the ${list}`, mend: suggest(needed, ids) })
        else if (needed === entry.id || reaches(needed, entry.id))
          rules.push({
            document: 'scenario',
            path,
            message: `"${entry.id}" needs itself, by way of "${needed}"`,
            mend: 'Break the circle.',
          })
      }
    }
  }
  return rules
}

function probeRules(scenario: Scenario): BrokenRule[] {
  const rules: BrokenRule[] = []
  const each = (list: 'checks' | 'guards' | 'symptom', entries: readonly (Check | Guard)[]) => {
    for (const [index, entry] of entries.entries()) {
      const base: FieldPath = [list, index]
      if ('from' in entry) rules.push(...targetRule(scenario, [...base, 'from'], entry.from))
      if ('http' in entry)
        rules.push(
          ...patternRule([...base, 'http', 'bodyMatches'], entry.http.bodyMatches),
          ...placeholderRules(scenario, [...base, 'http', 'url'], entry.http.url),
        )
      if ('tcp' in entry) rules.push(...placeholderRules(scenario, [...base, 'tcp', 'host'], entry.tcp.host))
      if ('udp' in entry)
        rules.push(
          ...patternRule([...base, 'udp', 'bodyMatches'], entry.udp.bodyMatches),
          ...placeholderRules(scenario, [...base, 'udp', 'host'], entry.udp.host),
        )
      if ('ping' in entry) rules.push(...placeholderRules(scenario, [...base, 'ping', 'host'], entry.ping.host))
      if ('command' in entry)
        rules.push(
          ...targetRule(scenario, [...base, 'command', 'on'], entry.command.on),
          ...patternRule([...base, 'command', 'stdoutMatches'], entry.command.stdoutMatches),
          ...placeholderRules(scenario, [...base, 'command', 'run'], entry.command.run, /\{(ip:[^}]*)\}/g), // other braces are bash's
        )
      if ('question' in entry) rules.push(...patternRule([...base, 'question', 'answer'], entry.question.answer))
    }
  }
  each('checks', scenario.checks)
  each('guards', scenario.guards)
  each('symptom', scenario.symptom)
  for (const [index, target] of scenario.terminals.entries()) rules.push(...targetRule(scenario, ['terminals', index], target))
  return rules
}

function stepRules(scenario: Scenario): BrokenRule[] {
  const questions = scenario.checks.flatMap((check) => ('question' in check ? [check.id] : []))
  return stepLists(scenario).flatMap(({ path, steps }) =>
    steps.flatMap((step, index): BrokenRule[] => {
      if ('on' in step) return targetRule(scenario, [...path, index, 'on'], step.on)
      if (!('answer' in step) || questions.includes(step.answer.check)) return []
      return [
        {
          document: 'scenario',
          path: [...path, index, 'answer', 'check'],
          message: `"${step.answer.check}" is not a question`,
          mend: suggest(step.answer.check, questions),
        },
      ]
    }),
  )
}

function holdRules(scenario: Scenario): BrokenRule[] {
  return scenario.fault.holds.flatMap((hold, index) =>
    nodeNames.includes(hold.node)
      ? []
      : [
          {
            document: 'scenario' as const,
            path: ['fault', 'holds', index, 'node'],
            message: `"${hold.node}" is not a node`,
            mend: suggest(hold.node, nodeNames),
          },
        ],
  )
}

const agentOf: Record<CniName, string> = { kindnet: 'kindnet', 'bridge-host-gw': 'flannel', 'flannel-vxlan': 'flannel', calico: 'calico' }

function cniRules({ cni, runtimes, fault }: Scenario): BrokenRule[] {
  const elsewhere = runtimes.indexOf('kind')
  const agents = ['kube-proxy', agentOf[cni]]
  return [
    ...(cni === 'kindnet' || elsewhere === -1
      ? []
      : [
          {
            document: 'scenario' as const,
            path: ['runtimes', elsewhere],
            message: `kind has no CNI shape but kindnet, and this one wants ${cni}`,
            mend: 'Leave kind out, and say why under runtimes in the texts.',
          },
        ]),
    ...fault.holds.flatMap(({ agent }, index) =>
      agents.includes(agent)
        ? []
        : [
            {
              document: 'scenario' as const,
              path: ['fault', 'holds', index, 'agent'],
              message: `nodes of the CNI shape ${cni} have no ${agent}`,
              mend: `They have ${agents.join(' and ')}.`,
            },
          ],
    ),
  ]
}

function ebpfRules({ ebpf, privileged, runtimes }: Scenario): BrokenRule[] {
  const rules: BrokenRule[] = []
  const add = (path: FieldPath, message: string, mend: string | undefined) =>
    rules.push({ document: 'scenario', path, message, ...(mend ? { mend } : {}) })
  for (const [index, { on }] of ebpf.entries())
    if (!nodeNames.includes(on)) add(['ebpf', index, 'on'], `"${on}" is not a node`, suggest(on, nodeNames))
  if (ebpf.length > 0 && !privileged) add(['ebpf'], 'eBPF programs are for privileged labs', 'Add privileged: true.')
  const elsewhere = runtimes.indexOf('kind')
  if (privileged && elsewhere !== -1)
    add(['runtimes', elsewhere], 'privileged labs run on embedded only', 'Leave kind out, and say why under runtimes in the texts.')
  return rules
}

function targetRule(scenario: Scenario, path: FieldPath, text: string): BrokenRule[] {
  const hosts = scenario.hosts.map((host) => host.name)
  const target = parseTarget(text)
  if (target.kind === 'node' && !nodeNames.includes(target.name))
    return [{ document: 'scenario', path, message: `there is no node "${target.name}"`, mend: suggest(target.name, nodeNames) }]
  if (target.kind === 'host' && !hosts.includes(target.name))
    return [{ document: 'scenario', path, message: `there is no outside host "${target.name}"`, mend: suggest(target.name, hosts) }]
  return []
}

function placeholderRules(scenario: Scenario, path: FieldPath, text: string, braces = /\{([^}]*)\}/g): BrokenRule[] {
  return [...text.matchAll(braces)].flatMap((match): BrokenRule[] => {
    const inside = match[1] as string
    if (!inside.startsWith('ip:'))
      return [
        {
          document: 'scenario',
          path,
          message: `"{${inside}}" is not a placeholder`,
          mend: 'Write {ip:pod/client}, {ip:deploy/web}, {ip:node/worker} or {ip:host/partner}.',
        },
      ]
    try {
      return targetRule(scenario, path, inside.slice(3))
    } catch (error) {
      return [
        {
          document: 'scenario',
          path,
          message: (error as Error).message,
          mend: 'Write {ip:pod/client}, {ip:deploy/web}, {ip:node/worker} or {ip:host/partner}.',
        },
      ]
    }
  })
}

function patternRule(path: FieldPath, pattern: string | undefined): BrokenRule[] {
  if (pattern === undefined) return []
  try {
    new RegExp(pattern.replace(/\{ip:[^}]+\}/g, '10\\.244\\.1\\.2'))
    return []
  } catch (error) {
    return [{ document: 'scenario', path, message: `this regular expression does not compile: ${(error as Error).message}` }]
  }
}

/** Every list of steps with the path of its place. */
export function stepLists(scenario: Scenario): { path: FieldPath; steps: readonly Step[] }[] {
  return [
    { path: ['setup'], steps: scenario.setup },
    { path: ['fault', 'inject'], steps: scenario.fault.inject },
    { path: ['fault', 'withdraw'], steps: scenario.fault.withdraw },
    { path: ['solution'], steps: scenario.solution },
    ...scenario.otherSolutions.map((other, index) => ({ path: ['otherSolutions', index, 'steps'], steps: other.steps })),
    ...scenario.wrongFixes.map((fix, index) => ({ path: ['wrongFixes', index, 'steps'], steps: fix.steps })),
  ]
}

/** Every file a scenario names, with the path of its place. */
export function namedFiles(scenario: Scenario): { path: FieldPath; file: string }[] {
  const inSteps = stepLists(scenario).flatMap(({ path, steps }) =>
    steps.flatMap((step, index) =>
      'script' in step
        ? [{ path: [...path, index, 'script'], file: step.script }]
        : 'apply' in step
          ? [{ path: [...path, index, 'apply'], file: step.apply }]
          : [],
    ),
  )
  return [
    ...scenario.manifests.map((file, index) => ({ path: ['manifests', index] as FieldPath, file })),
    ...scenario.ebpf.map(({ source }, index) => ({ path: ['ebpf', index, 'source'] as FieldPath, file: source })),
    ...inSteps,
  ]
}

/** Rules between a scenario and one of its texts. */
export function brokenTextRules(scenario: Scenario, text: ScenarioText): BrokenRule[] {
  const rules: BrokenRule[] = []
  const match = (section: 'checks' | 'guards' | 'wrongFixes', ids: string[]) => {
    for (const wanted of ids)
      if (!text[section][wanted])
        rules.push({ document: 'text', path: [section], message: `there is no text for "${wanted}"`, mend: `Add ${section}.${wanted}.` })
    for (const given of Object.keys(text[section]))
      if (!ids.includes(given))
        rules.push({
          document: 'text',
          path: [section, given],
          part: 'key',
          message: `the scenario has no "${given}" among its ${section}`,
          mend: suggest(given, ids),
        })
  }
  match(
    'checks',
    scenario.checks.map((check) => check.id),
  )
  match(
    'guards',
    scenario.guards.map((guard) => guard.id),
  )
  match(
    'wrongFixes',
    scenario.wrongFixes.map((fix) => fix.id),
  )
  for (const name of runtimeNames) {
    const reason = text.runtimes?.[name]
    if (scenario.runtimes.includes(name) && reason !== undefined)
      rules.push({ document: 'text', path: ['runtimes', name], part: 'key', message: `the scenario does run on ${name}` })
    if (!scenario.runtimes.includes(name) && reason === undefined)
      rules.push({
        document: 'text',
        path: text.runtimes ? ['runtimes'] : [],
        message: `there is no sentence why the scenario does not run on ${name}`,
        mend: `Add runtimes.${name}, or ${name} to the runtimes of scenario.yaml.`,
      })
  }
  if (text.hints.length !== scenario.hints)
    rules.push({
      document: 'text',
      path: ['hints'],
      message: `the scenario promises ${scenario.hints} hints, here are ${text.hints.length}`,
    })
  return rules
}
