// A vitest reporter that writes what `npm test` needs for its closing lines: each test's state, each failure's text, each skip's reason.
import { writeFileSync } from 'node:fs'

export default class PodwireReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules, unhandled = []) {
    const tests = []
    for (const module of modules) {
      for (const error of module.errors()) tests.push({ name: module.relativeModuleId, state: 'failed', detail: error.message })
      // a suite whose own set-up fails leaves its tests unrun: that is a failure, not a silence
      for (const suite of module.children.allSuites())
        for (const error of suite.errors())
          tests.push({ name: `${module.relativeModuleId} > ${suite.fullName}`, state: 'failed', detail: error.message })
      for (const test of module.children.allTests()) {
        const result = test.result()
        tests.push({
          name: `${module.relativeModuleId} > ${test.fullName}`,
          state: result.state === 'passed' ? 'passed' : result.state === 'skipped' ? 'skipped' : 'failed',
          detail: result.state === 'skipped' ? (result.note ?? '') : (result.errors ?? []).map((e) => e.message).join('\n'),
        })
      }
    }
    for (const error of unhandled) tests.push({ name: 'unhandled error', state: 'failed', detail: error.message })
    writeFileSync(process.env.PODWIRE_TEST_RESULTS, JSON.stringify(tests))
  }
}
