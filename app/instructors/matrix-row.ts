// One lab in the proof matrix, with what an instructor wants to know before giving it to a class. Made on the server from scenarios and published proofs.

import type { Proof } from '../../labs/catalogue/proof-catalogue.ts'
import type { LoadedScenario } from '../../labs/catalogue/scenario-catalogue.ts'
import { type Locale, type RuntimeName, runtimeNames } from '../../labs/spec/names.ts'
import type { Scenario } from '../../labs/spec/scenario.ts'
import type { ProofMark } from '../catalogue/catalogue-row.ts'
import { proofMark } from '../catalogue/proof-mark.ts'

export interface MatrixCell extends ProofMark {
  runtime: RuntimeName
  /** of the last proof */
  proof?: { passed: number; steps: number; ms: number; build: string; problem?: string }
  /** why it does not run there, as a learner reads it */
  reason?: string
}

export interface MatrixRow {
  id: string
  topic: Scenario['topic']
  title: string
  /** of everything written */
  language: Locale
  level: Scenario['level']
  minutes: number
  checks: number
  guards: number
  wrongFixes: { id: string; title: string; why: string; judge: string }[]
  cells: MatrixCell[]
}

export function matrixRow(loaded: LoadedScenario, proofs: readonly Proof[]): MatrixRow {
  const { scenario, text, locale: language } = loaded
  const { id, topic, level, minutes } = scenario
  return {
    ...{ id, topic, level, minutes, language },
    title: text.title,
    checks: scenario.checks.length,
    guards: scenario.guards.length,
    wrongFixes: scenario.wrongFixes.map((fix) => ({
      id: fix.id,
      title: text.wrongFixes[fix.id]?.title ?? fix.id,
      why: text.wrongFixes[fix.id]?.why ?? '',
      judge: (text.checks[fix.rejectedBy] ?? text.guards[fix.rejectedBy])?.title ?? fix.rejectedBy,
    })),
    cells: runtimeNames.map((runtime) => cellOf(loaded, runtime, proofs)),
  }
}

function cellOf(loaded: LoadedScenario, runtime: RuntimeName, proofs: readonly Proof[]): MatrixCell {
  const mark = proofMark(loaded, runtime, proofs)
  const reason = loaded.text.runtimes?.[runtime]
  const proof = proofs.find((each) => each.scenarioId === loaded.scenario.id && each.runtime === runtime)
  if (mark.state === 'cannot' || !proof) return { ...mark, runtime, ...(reason ? { reason } : {}) }
  const problem = proof.error?.message ?? proof.phases.find(({ ok }) => !ok)?.problem
  const passed = proof.phases.filter(({ ok }) => ok).length
  return {
    ...mark,
    runtime,
    proof: { passed, steps: proof.phases.length, ms: proof.ms, build: proof.build, ...(problem ? { problem } : {}) },
  }
}
