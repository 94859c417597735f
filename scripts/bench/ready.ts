// How long a learner waits for a lab: in the browser, and without one.
import type { Page } from '@playwright/test'
import { readOutput, startLab, untilNoLab } from './labs.ts'
import { durations, median, ms, type Row } from './numbers.ts'
import { openChromium, startWeb, untilIdle } from './web.ts'

const runs = 20

export async function ready(): Promise<Row[]> {
  return [await inBrowser(), ...(await withoutBrowser())]
}

/** From the click on Start to a typed character on the screen, by the page's own clock. Every run has a page of its own, with a cold cache. */
async function inBrowser(): Promise<Row> {
  const web = await startWeb()
  const browser = await openChromium()
  const times: number[] = []
  try {
    for (let i = 0; i <= runs; i++) {
      const page = await browser.newPage()
      await page.goto(`${web.url}/en/labs/sd-selector-typo`)
      const start = page.getByRole('button', { name: /^Start/ }).first()
      await start.waitFor()
      await untilIdle(page)
      const [took] = await Promise.all([watchFromClick(page), start.click()])
      if (i > 0) times.push(took) // the first warms the server's code
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await untilNoLab() // the next page would find it still ending
      await page.close()
    }
  } finally {
    await browser.close()
    await web.stop()
  }
  return durations('Lab ready: click on Start to a prompt that echoes, in Chromium', times)
}

/** Resolves with the ms from the next click to the echo of a letter that is typed as soon as there is a prompt. */
function watchFromClick(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const clickedAt = await new Promise<number>((resolve) =>
      addEventListener('click', (event) => resolve(event.timeStamp), { capture: true, once: true }),
    )
    const rows = () => document.querySelector<HTMLElement>('.xterm-rows')?.innerText ?? ''
    const shows = async (text: RegExp) => {
      while (!text.test(rows())) await new Promise(requestAnimationFrame)
    }
    await shows(/laptop:~\$/)
    document.querySelector<HTMLElement>('.xterm-helper-textarea')?.focus()
    document.execCommand('insertText', false, 'z')
    await shows(/\$\s*z/)
    return performance.now() - clickedAt
  })
}

/** From the launch of the lab process to the output of a first command, and the steps on the way. */
async function withoutBrowser(): Promise<Row[]> {
  const times: number[] = []
  const steps = new Map<string, number[]>()
  for (let i = 0; i <= runs; i++) {
    const lab = await startLab('sd-selector-typo', 'bench')
    try {
      const text = await readOutput(lab.client, ['echo', 'here'])
      const took = performance.now() - lab.launchedAt
      if (text !== 'here\n') throw new Error(`echo printed ${JSON.stringify(text)}`)
      if (i === 0) continue // the first reads the programs from the disk
      times.push(took)
      for (const { id, ms: stepMs = 0 } of lab.first.steps) steps.set(id, [...(steps.get(id) ?? []), stepMs])
    } finally {
      await lab.stop()
    }
  }
  const medians = [...steps].map(([id, values]) => [id, median(values)] as const)
  return [
    durations('Lab ready without a browser: launch of the lab process to the output of a first command', times),
    {
      what: 'Its steps, medians (some run side by side)',
      value: medians.map(([id, value]) => `${id} ${ms(value)}`).join(', '),
      numbers: Object.fromEntries(medians),
    },
  ]
}
