// What an author is told: every problem with its line and its mend. Broken variants are made from the real scenarios.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '../spec/errors.ts'
import { nearest } from './problem.ts'
import { findScenario, loadCatalogue, loadScenario } from './scenario-catalogue.ts'
import { scenarioJsonSchemas } from './scenario-json-schema.ts'

const scenarios = join(import.meta.dirname, '../scenarios')
const id = 'sd-selector-typo'
let root: string
let folder: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'catalogue-'))
  folder = join(root, id)
  await cp(join(scenarios, id), folder, { recursive: true })
})
afterEach(() => rm(root, { recursive: true }))

/** Replaces text in a file of the copy; the text must be there. */
async function edit(file: string, from: string, to: string) {
  const path = join(folder, file)
  const text = await readFile(path, 'utf8')
  expect(text).toContain(from)
  await writeFile(path, text.replace(from, to))
}
async function problems(): Promise<string[]> {
  const error = await loadScenario(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(LabError)
  expect(error).toMatchObject({ code: 'scenario-invalid' })
  return (error as LabError).message
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}
/** The line a text is on, as an editor counts. */
async function lineOf(file: string, text: string) {
  const before = (await readFile(join(folder, file), 'utf8')).split(text)[0] as string
  return before.split('\n').length
}

describe('good scenarios', () => {
  it('all load, with their files', async () => {
    const all = await loadCatalogue(scenarios)
    const folders = (await readdir(scenarios)).sort()
    expect(folders).toContain('sd-selector-typo')
    expect(all.map((loaded) => loaded.scenario.id)).toEqual(folders)
    for (const { scenario, files } of all) {
      expect(scenario.wrongFixes.length).toBeGreaterThanOrEqual(3)
      for (const file of scenario.manifests) expect(files.get(file)).toContain('kind:')
    }
  })
  it('have the same ids in Chinese, where they are written in it', async () => {
    const chinese = (await loadCatalogue(scenarios, 'zh-CN')).filter(({ locale }) => locale === 'zh-CN')
    expect(chinese.length).toBeGreaterThanOrEqual(4)
    for (const { scenario, text } of chinese) expect(text.title, scenario.id).toMatch(/\p{Script=Han}/u)
  })
  it('fall back to English', async () => {
    await rm(join(folder, 'text.zh-CN.yaml'))
    expect((await loadScenario(folder, 'zh-CN')).locale).toBe('en')
  })
  it('are found by id, or the nearest is named', async () => {
    expect(await findScenario(scenarios, id)).toBe(join(scenarios, id))
    await expect(findScenario(scenarios, 'sd-selector-tpyo')).rejects.toMatchObject({
      code: 'scenario-unknown',
      hint: 'Did you mean "sd-selector-typo"?',
    })
    await expect(loadScenario(join(root, 'nothing'))).rejects.toMatchObject({ code: 'scenario-unknown' })
  })
  it('have JSON Schemas for editors', () => {
    const schemas = scenarioJsonSchemas()
    expect(schemas['scenario.schema.json']).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: expect.arrayContaining(['version', 'id', 'fault']),
    })
    expect(schemas['scenario.schema.json']).not.toMatchObject({ required: expect.arrayContaining(['hosts']) }) // has a default
  })
})

describe('the schema', () => {
  it('names an unknown key, its place and the nearest known one', async () => {
    await edit('scenario.yaml', 'minutes: 15', 'minuts: 15')
    const line = await lineOf('scenario.yaml', 'minuts')
    expect(await problems()).toEqual(
      expect.arrayContaining([
        `scenario.yaml:${line}:1 minuts: unknown key "minuts". Did you mean "minutes"?`,
        expect.stringContaining('the key "minutes" is missing'),
      ]),
    )
  })
  it('looks into probes, whatever their kind', async () => {
    await edit(
      'scenario.yaml',
      "http: { url: http://web/hostname, status: 200, bodyMatches: '^web-' }",
      "http: { url: http://web/hostname, statsu: 200, bodyMatches: '^web-' }",
    )
    const line = await lineOf('scenario.yaml', 'statsu')
    expect(await problems()).toEqual([
      expect.stringMatching(
        new RegExp(`^scenario.yaml:${line}:\\d+ checks\\[0\\]\\.http\\.statsu: unknown key "statsu"\\. Did you mean "status"\\?$`),
      ),
    ])
  })
  it('says which probe was meant', async () => {
    await edit('scenario.yaml', 'http: { url: http://web/hostname, status: 200', 'htpp: { url: http://web/hostname, status: 200')
    expect(await problems()).toEqual([expect.stringContaining('checks[0].htpp: unknown key "htpp". Did you mean "http"?')])
  })
  it('explains wrong types, words and ranges', async () => {
    await edit('scenario.yaml', 'level: basic', 'level: basik')
    await edit('scenario.yaml', 'minutes: 15', 'minutes: many')
    await edit('scenario.yaml', 'times: 20', 'times: 900')
    const found = await problems()
    expect(found).toEqual([
      expect.stringContaining('level: the string "basik" is not known here. Did you mean "basic"?'),
      expect.stringContaining('minutes: expected a number, found the string "many"'),
      expect.stringMatching(/checks\[0\]\.times: too big: expected number to be <=200/),
    ])
  })
  it('lists the problems of both files at once', async () => {
    await edit('scenario.yaml', 'level: basic', 'level: easy')
    await edit('text.en.yaml', 'title: Refused at once', 'titel: Refused at once')
    expect(await problems()).toEqual([
      expect.stringContaining('scenario.yaml:'),
      expect.stringContaining('text.en.yaml:1:1'),
      expect.stringContaining('text.en.yaml:1:1 titel'),
    ])
  })
  it('reports YAML that does not parse, with its place', async () => {
    await edit('scenario.yaml', 'checks:\n', 'checks: [\n')
    expect((await problems())[0]).toMatch(/^scenario\.yaml:\d+:\d+/)
  })
  it('reports a malformed manifest before a lab starts', async () => {
    await edit('manifests/shop.yaml', 'replicas: 2', 'replicas: [2')
    expect((await problems())[0]).toMatch(/^manifests\/shop\.yaml:\d+:\d+/)
  })
})

describe('names that must meet', () => {
  it('every check has a text, and every text a check', async () => {
    await edit('text.en.yaml', '  all-listed:', '  all-lsted:')
    expect(await problems()).toEqual([
      expect.stringContaining('checks: there is no text for "all-listed". Add checks.all-listed.'),
      expect.stringContaining('checks.all-lsted: the scenario has no "all-lsted" among its checks. Did you mean "all-listed"?'),
    ])
  })
  it('rejectedBy names a check or guard', async () => {
    await edit('scenario.yaml', 'rejectedBy: all-listed', 'rejectedBy: all-list')
    expect(await problems()).toEqual([
      expect.stringMatching(/wrongFixes\[3\]\.rejectedBy: "all-list" is neither a check nor a guard\. Did you mean "all-listed"\?$/),
    ])
  })
  it('needs name checks and form no circle', async () => {
    await edit('scenario.yaml', '  - id: web-answers\n', '  - id: web-answers\n    needs: [stays-listed]\n')
    expect(await problems()).toEqual([expect.stringContaining('needs itself'), expect.stringContaining('needs itself')])
  })
  it('a runtime that is left out has its reason, and no other has one', async () => {
    await edit('scenario.yaml', 'runtimes: [embedded, kind]', 'runtimes: [embedded]')
    expect(await problems()).toEqual([
      expect.stringMatching(
        /^text\.en\.yaml.*there is no sentence why the scenario does not run on kind\. Add runtimes\.kind, or kind to the runtimes of scenario\.yaml\.$/,
      ),
    ])
    await edit('text.en.yaml', 'hints:', 'runtimes: {embedded: It does., kind: It needs our own agent.}\nhints:')
    expect(await problems()).toEqual([expect.stringContaining('runtimes.embedded: the scenario does run on embedded')])
    await edit('text.en.yaml', 'embedded: It does., kind:', 'kidn:')
    expect(await problems()).toEqual([expect.stringContaining('unknown key "kidn". Did you mean "kind"?')])
  })
  it('hints are as many as promised', async () => {
    await edit('scenario.yaml', 'hints: 3', 'hints: 2')
    expect(await problems()).toEqual([expect.stringContaining('the scenario promises 2 hints, here are 3')])
  })
  it('the id is the folder, and next exists', async () => {
    await edit('scenario.yaml', 'id: sd-selector-typo', 'id: sd-other')
    expect(await problems()).toEqual([expect.stringContaining('the id "sd-other" is not the folder\'s name. Write id: sd-selector-typo')])
    await edit('scenario.yaml', 'id: sd-other', 'id: sd-selector-typo')
    await expect(loadCatalogue(root)).rejects.toThrow(/next: there is no scenario "sd-target-port-mismatch"/)
  })
})

describe('places', () => {
  it('hosts keep off the addresses of the cluster', async () => {
    await edit(
      'scenario.yaml',
      'manifests:',
      'hosts: [{ name: partner, address: 172.18.0.3 }, { name: worker, address: 10.1.1.1 }]\nmanifests:',
    )
    expect(await problems()).toEqual([
      expect.stringContaining('hosts[0].address: 172.18.0.3 belongs to worker'),
      expect.stringContaining('hosts[1].name: the name "worker" is taken'),
      expect.stringContaining('hosts[1].address: 10.1.1.1 is not on the network of the nodes'),
    ])
  })
  it('another CNI shape than kindnet is embedded only, and has an agent of its own to hold', async () => {
    await edit('scenario.yaml', 'topic:', 'cni: calico\ntopic:')
    await edit('scenario.yaml', 'fault:\n', 'fault:\n  holds: [{ agent: kindnet, node: worker }]\n')
    expect(await problems()).toEqual([
      expect.stringContaining('runtimes[1]: kind has no CNI shape but kindnet, and this one wants calico'),
      expect.stringContaining('fault.holds[0].agent: nodes of the CNI shape calico have no kindnet. They have kube-proxy and calico.'),
    ])
  })
  it('targets and placeholders exist', async () => {
    await edit('scenario.yaml', 'terminals: [laptop, pod/client]', 'terminals: [laptop, node/worker3]')
    await edit('scenario.yaml', 'url: http://api/hostname', "url: 'http://{ip:host/partner}/{ipp:x}'")
    expect(await problems()).toEqual([
      expect.stringContaining('terminals[1]: there is no node "worker3"'),
      expect.stringContaining('guards[1].http.url: there is no outside host "partner"'),
      expect.stringContaining('guards[1].http.url: "{ipp:x}" is not a placeholder'),
    ])
  })
  it('a command may use bash braces, and its placeholders exist', async () => {
    const command = "command: { on: node/worker, run: 'x={ip:node/worker3}; echo {a,b}' }"
    await edit(
      'scenario.yaml',
      "from: pod/client\n    http: { url: http://api/hostname, status: 200, bodyMatches: '^api-' }\n    times: 5",
      command,
    )
    expect(await problems()).toEqual([expect.stringContaining('guards[1].command.run: there is no node "worker3"')])
  })
  it('regular expressions compile', async () => {
    await edit('scenario.yaml', "bodyMatches: '^web-'", "bodyMatches: '^web-('")
    expect(await problems()).toEqual([expect.stringContaining('checks[0].http.bodyMatches: this regular expression does not compile')])
  })
})

describe('files', () => {
  it('exist', async () => {
    await edit('scenario.yaml', 'script: solve.sh', 'script: solv.sh')
    expect(await problems()).toEqual([expect.stringContaining('solution[0].script: solv.sh does not exist')])
  })
  it('stay inside the folder, by name and by link', async () => {
    await writeFile(join(root, 'secret.sh'), 'true')
    await edit('scenario.yaml', 'script: solve.sh', 'script: ../secret.sh')
    expect(await problems()).toEqual([expect.stringContaining("../secret.sh is outside the scenario's folder")])
    await edit('scenario.yaml', 'script: ../secret.sh', 'script: linked/secret.sh')
    await mkdir(join(folder, 'linked'))
    await symlink(join(root, 'secret.sh'), join(folder, 'linked/secret.sh'))
    expect(await problems()).toEqual([expect.stringContaining("linked/secret.sh is outside the scenario's folder")])
  })
  it('a missing text file is said', async () => {
    await rm(join(folder, 'text.en.yaml'))
    expect(await problems()).toEqual(['text.en.yaml: the file is missing. Write the texts a learner reads there.'])
  })
})

it('suggestions come from near by only', () => {
  expect(nearest('statsu', ['status', 'url'])).toBe('status')
  expect(nearest('completely', ['status', 'url'])).toBeUndefined()
})
