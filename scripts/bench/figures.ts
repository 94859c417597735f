// The measurements, one function each. Called by main.ts; docs/benchmarks.md holds what they returned.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { runProofs } from '../../labs/proof/run-proofs.ts'
import { installationRoot } from '../../labs/system/installation.ts'
import { type BenchLab, measureEcho, memoryOf, runInLab, startLab, until } from './labs.ts'
import { median, mib, ms, percentile, type Row } from './numbers.ts'
import { measureKeystrokes, openChromium, startUntil, startWeb } from './web.ts'

const spread = (values: number[]): string => `median ${ms(median(values))}, p95 ${ms(percentile(values, 0.95))} (${values.length} runs)`

/** From the click on Start to a typed character on the screen. */
async function ready(): Promise<Row[]> {
  const web = await startWeb()
  const browser = await openChromium()
  const times: number[] = []
  try {
    for (let i = 0; i < 21; i++) {
      const page = await browser.newPage()
      await page.goto(`${web.url}/en/labs/sd-selector-typo`)
      const start = page.getByRole('button', { name: /^Start/ }).first()
      await start.waitFor()
      await page.waitForLoadState('networkidle')
      const took = await page.evaluate(async () => {
        const button = [...document.querySelectorAll('button')].find((b) => /^Start/.test(b.textContent?.trim() ?? ''))
        const began = performance.now()
        button?.click()
        const rows = () => document.querySelector<HTMLElement>('.xterm-rows')?.innerText ?? ''
        const frame = () => new Promise(requestAnimationFrame)
        while (!/laptop:~\$/.test(rows())) await frame()
        ;(document.querySelector('.xterm-helper-textarea') as HTMLElement).focus()
        document.execCommand('insertText', false, 'z')
        while (!/\$\s*z/.test(rows())) await frame()
        return performance.now() - began
      })
      if (i > 0) times.push(took) // the first warms the server's code
      await page.getByRole('button', { name: 'Stop' }).click()
      await page
        .getByRole('button', { name: /^Start/ })
        .first()
        .waitFor({ timeout: 15_000 })
      await page.close()
    }
  } finally {
    await browser.close()
    await web.stop()
  }
  return [{ what: 'Lab ready: click on Start to a prompt that echoes, in Chromium', value: spread(times) }]
}

async function memory(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench')
  try {
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const { labd, sandbox } = memoryOf(lab.pid)
    return [
      {
        what: 'Memory of one lab (PSS), five seconds after it is broken',
        value: `${mib(labd + sandbox)}: lab process ${mib(labd)}, sandbox ${mib(sandbox)}`,
      },
    ]
  } finally {
    await lab.stop()
  }
}

async function twenty(): Promise<Row[]> {
  const ids = ['sd-selector-typo', 'nm-ip-forward-off', 'out-masquerade-missing', 'np-and-or-selector']
  const labs: BenchLab[] = []
  const began = performance.now()
  try {
    // two at a time: more only wait for the same two cores
    const queue = Array.from({ length: 20 }, (_, i) => i)
    const worker = async () => {
      for (let i = queue.shift(); i !== undefined; i = queue.shift()) labs.push(await startLab(ids[i % 4] as string, `bench-${i}`))
    }
    await Promise.all([worker(), worker()])
    const tookMs = performance.now() - began
    const echoes = (await Promise.all(labs.map((lab) => measureEcho(lab.client, 20)))).flat()
    const bytes = labs.map((lab) => memoryOf(lab.pid)).reduce((sum, m) => sum + m.labd + m.sandbox, 0)
    return [
      {
        what: '20 labs started together, two at a time',
        value: `${ms(tookMs)} until the last is ready; one lab ${spread(labs.map((l) => l.readyMs))}`,
      },
      { what: '20 labs: memory (PSS)', value: `${mib(bytes)}, ${mib(bytes / 20)} a lab` },
      {
        what: '20 labs: echo in a shell, all typed into at once',
        value: `median ${ms(median(echoes))}, p95 ${ms(percentile(echoes, 0.95))}`,
      },
    ]
  } finally {
    for (const lab of labs) await lab.stop()
  }
}

async function flip(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench-flip')
  const times: number[] = []
  try {
    for (let i = 0; i < 10; i++) {
      await until(lab.client, (s) => s.state === 'broken' && s.tasks[0]?.state === 'fail')
      const flipped = until(lab.client, (s) => s.tasks[0]?.state === 'pass').then(() => performance.now())
      const code = await runInLab(lab.client, `kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'`)
      const fixedAt = performance.now()
      if (code !== 0) throw new Error('kubectl patch failed')
      times.push((await flipped) - fixedAt)
      await lab.client.request({ op: 'reset' })
    }
  } finally {
    await lab.stop()
  }
  return [
    {
      what: 'Task flips after the fix (end of kubectl patch to the new snapshot)',
      value: `${spread(times)}, most ${ms(Math.max(...times))}`,
    },
  ]
}

async function reset(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench-reset')
  const times: number[] = []
  try {
    for (let i = 0; i < 10; i++) {
      await until(lab.client, (s) => s.state === 'broken')
      const began = performance.now()
      await lab.client.request({ op: 'reset' })
      await until(lab.client, (s) => s.state === 'broken')
      times.push(performance.now() - began)
    }
  } finally {
    await lab.stop()
  }
  return [{ what: 'Reset: request to broken again', value: spread(times) }]
}

async function proof(): Promise<Row[]> {
  const report = await runProofs({ scenarios: 'all' })
  return report.scenarios.map((s) => ({ what: `Proof of ${s.scenarioId}`, value: `${ms(s.ms)}, ${s.ok ? 'proved' : 'NOT proved'}` }))
}

/** Keystroke to character on the screen, in Chromium, Podwire and wetty in turns. */
async function echo(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-wetty-'))
  const browser = await openChromium({ flat: true })
  const web = await startWeb()
  let stopWetty = async () => {}
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', 'wetty'], { stdio: 'ignore' })
    const port = 20_000 + (process.pid % 10_000)
    const wetty = await startUntil(
      [
        process.execPath,
        join(folder, 'node_modules/wetty/build/main.js'),
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
        '--command',
        'bash --norc',
        '--base',
        '/',
      ],
      /started|listening|Server/i,
    )
    stopWetty = wetty.stop
    const ours = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    await ours.goto(`${web.url}/en/labs/sd-selector-typo`)
    await ours
      .getByRole('button', { name: /^Start/ })
      .first()
      .click()
    await ours.locator('.xterm-rows', { hasText: 'laptop:~$' }).first().waitFor()
    const theirs = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    await theirs.goto(`http://127.0.0.1:${port}/`)
    await theirs.locator('.xterm-rows', { hasText: /[$#]/ }).first().waitFor()
    const times: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] }
    for (let round = 0; round < 4; round++) {
      for (const [name, page] of [
        ['ours', ours],
        ['theirs', theirs],
      ] as const) {
        await page.bringToFront()
        await page.locator('.xterm').first().click()
        times[name].push(...(await measureKeystrokes(page, '.xterm-rows', 40)))
        await page.keyboard.press('Control+u')
      }
    }
    await ours.getByRole('button', { name: 'Stop' }).click()
    await ours.waitForTimeout(1500)
    const line = (values: number[]) => `p50 ${ms(median(values))}, p95 ${ms(percentile(values, 0.95))} (${values.length} keys)`
    return [
      { what: 'Keystroke to character in Chromium, Podwire', value: line(times.ours) },
      { what: 'Keystroke to character in Chromium, wetty, same run', value: line(times.theirs) },
      {
        what: 'Podwire to wetty',
        value: `p50 ${(median(times.ours) / median(times.theirs)).toFixed(2)}, p95 ${(percentile(times.ours, 0.95) / percentile(times.theirs, 0.95)).toFixed(2)}`,
      },
    ]
  } finally {
    await stopWetty()
    await browser.close()
    await web.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function script(): Promise<Row[]> {
  const web = await startWeb()
  const browser = await openChromium()
  try {
    const page = await browser.newPage()
    const sizes: number[] = []
    page.on('response', async (response) => {
      if (!/javascript/.test(response.headers()['content-type'] ?? '')) return
      const body = await response.body()
      sizes.push(gzipSync(body[0] === 0x1f ? gunzipSync(body) : body).length)
    })
    await page.goto(`${web.url}/en/lessons/service-is-a-query`)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(1000)
    return [
      {
        what: 'JavaScript on a lesson page before a terminal opens',
        value: `${(sizes.reduce((a, b) => a + b, 0) / 1000).toFixed(0)} kB gzip in ${sizes.length} files`,
      },
    ]
  } finally {
    await browser.close()
    await web.stop()
  }
}

/** `npm start` in a fresh clone, then again: until it says where it serves. npm's own cache may be warm; system packages are there. */
async function start(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-start-'))
  const clone = join(folder, 'podwire')
  const env = {
    ...process.env,
    PODWIRE_CACHE_DIR: join(folder, 'cache'),
    PODWIRE_RUNTIME_DIR: join(folder, 'run'),
    PODWIRE_STATE_DIR: join(folder, 'state'),
  }
  try {
    execFileSync('git', ['clone', '--quiet', installationRoot(), clone])
    const once = async () => {
      const began = performance.now()
      const server = await startUntil(['npm', 'start', '--', '--port', String(30_000 + (process.pid % 10_000))], /serves http/, {
        cwd: clone,
        env,
      })
      const took = performance.now() - began
      await server.stop()
      return took
    }
    const cold = await once()
    return [
      { what: 'npm start in a fresh clone (npm packages, kubectl, build)', value: ms(cold) },
      { what: 'npm start again', value: ms(await once()) },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Name on the command line → measurement. */
export const figures: Record<string, () => Promise<Row[]>> = { ready, memory, twenty, flip, reset, proof, echo, script, start }
