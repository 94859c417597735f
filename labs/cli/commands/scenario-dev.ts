// `podwire scenario dev`: a lab that follows the scenario's files, and the author's drawer in the browser.
import { defineCommand } from 'citty'
import { LabError } from '../../spec/errors.ts'
import { type RuntimeName, runtimeNames } from '../../spec/scenario.ts'
import { readEnvironment } from '../../system/environment.ts'
import { readInstallation } from '../../system/installation.ts'
import { openAuthorLab } from '../dev/author-lab.ts'
import { serveAuthor } from '../dev/author-server.ts'
import { folderOfScenario, scenarioWord } from '../scenario-folder.ts'
import { unlessInterrupted } from '../signals.ts'

export const scenarioDev = defineCommand({
  meta: { name: 'dev', description: 'Run a scenario while you write it: the lab follows its files, a page shows every check' },
  args: {
    ...scenarioWord,
    scenario: { ...scenarioWord.scenario, required: true },
    runtime: { type: 'enum', options: [...runtimeNames], default: 'embedded', description: 'where' },
    port: { type: 'string', valueHint: 'n', default: '3100', description: 'port of the page, on this machine only; 0: any' },
  },
  async run({ args }) {
    if (!/^\d{1,5}$/.test(args.port)) throw new LabError('bad-request', `--port ${args.port} is not a port.`)
    const runtime = args.runtime as RuntimeName
    const folder = await folderOfScenario(args.scenario)
    const lab = openAuthorLab({ folder, runtime, installation: readInstallation(), memoryMB: readEnvironment().memoryMB[runtime] })
    let server: Awaited<ReturnType<typeof serveAuthor>> | undefined
    const close = async () => void (await Promise.all([server?.close(), lab.close()]))
    try {
      server = await serveAuthor(lab, Number(args.port))
      process.stdout.write(`The author's drawer of ${folder}: ${server.address}\nCtrl-C ends it.\n`)
      await unlessInterrupted(() => new Promise<never>(() => {}), close)
    } finally {
      await close()
    }
  },
})
