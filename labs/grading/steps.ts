// Runs a scenario's steps: the fault, its withdrawal, a solution, a wrong fix. Called by labd.
// A learner must find no trace of an injection: bash reads its script from stdin (nothing in `ps` after it, no history file, no argv with the
// cause in it), and API writes go straight to the API (no Event object).
import type { ApiRequest, Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import type { Step } from '../spec/scenario.ts'
import { parseTarget } from '../spec/target.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import { createAddressBook, fillText } from './addresses.ts'
import { runCommand } from './command-run.ts'
import { resourcePath } from './resource-path.ts'

/** What a loaded scenario brings along: the text of its files by path in its folder. catalogue's LoadedScenario fits. */
export interface StepFiles {
  files: ReadonlyMap<string, string>
}

export interface StepOptions {
  clock?: Clock
  signal?: AbortSignal
  /** takes the `answer` steps; the grader's answer() */
  answer?(checkId: string, text: string): void
  /** for one step; 30 s */
  timeoutMs?: number
}

/** What steps need of a cluster. */
export type StepCluster = Pick<Cluster, 'spawn' | 'api' | 'apply' | 'places'>

/** Characters of stderr in the message; all of it is in the cause. */
const maxReason = 600

const patchTypes = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
}

/** Runs the steps in order; the first that fails ends it with LabError command-failed, whose cause carries argv, exitCode and stderr. */
export async function runSteps(cluster: StepCluster, loaded: StepFiles, steps: readonly Step[], options: StepOptions = {}): Promise<void> {
  for (const step of steps) {
    options.signal?.throwIfAborted()
    await runStep(cluster, loaded, step, options)
  }
}

async function runStep(cluster: StepCluster, loaded: StepFiles, step: Step, options: StepOptions): Promise<void> {
  if ('run' in step) return runBash(cluster, step.on, step.run, 'run', options)
  if ('script' in step) return runBash(cluster, step.on, fileOf(loaded, step.script), step.script, options)
  if ('apply' in step) return cluster.apply(fileOf(loaded, step.apply))
  if ('answer' in step) {
    if (!options.answer) throw new LabError('internal', 'these steps answer a question, but nobody takes the answer')
    return options.answer(step.answer.check, step.answer.text)
  }
  if ('delete' in step) return callApi(cluster, { method: 'DELETE', path: resourcePath(step.delete) })
  const { type, body } = step.patch
  return callApi(cluster, { method: 'PATCH', path: resourcePath(step.patch), contentType: patchTypes[type], body })
}

async function callApi(cluster: StepCluster, request: ApiRequest): Promise<void> {
  const { method, path } = request
  const reply = await cluster.api(request)
  if (reply.status < 300) return
  const message = (reply.body as { message?: string } | undefined)?.message ?? JSON.stringify(reply.body)
  throw new LabError('command-failed', `${method} ${path} answered ${reply.status}: ${message}`, {
    cause: { argv: [method, path], exitCode: 1, stderr: message },
  })
}

function fileOf(loaded: StepFiles, path: string): string {
  const content = loaded.files.get(path)
  if (content === undefined) throw new LabError('internal', `the file ${path} was not read with the scenario`)
  return content
}

/** `{ip:node/worker}` in a script is the address of the moment: runtimes give different ones. */
async function runBash(cluster: StepCluster, on: string, given: string, label: string, options: StepOptions): Promise<void> {
  const script = await fillText(given, createAddressBook(cluster))
  const argv = ['bash', '-s']
  const timeoutMs = options.timeoutMs ?? 30_000
  const output = await runCommand(cluster, options.clock ?? systemClock, parseTarget(on), argv, {
    stdin: `set -euo pipefail\n${script}\n`,
    timeoutMs,
    signal: options.signal,
  })
  if (output?.exitCode === 0) return
  const stderr = output?.stderr.trim() ?? ''
  const what = output ? `ended with exit code ${output.exitCode}` : `did not finish within ${timeoutMs} ms`
  const reason = stderr.length > maxReason ? `${stderr.slice(0, maxReason)}…` : stderr
  throw new LabError('command-failed', `the step ${label} on ${on} ${what}${reason ? `: ${reason}` : ''}`, {
    cause: { argv, exitCode: output?.exitCode ?? 137, stderr, script },
  })
}
