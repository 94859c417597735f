// Writes a proof's report for people and for programs. Called by the CLI.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProofReport } from './proof-report.ts'
import { formatHtml } from './report-html.ts'

export interface ReportFiles {
  html: string
  json: string
}

/** Makes the folder where there is none, and replaces what an earlier proof has written there. */
export async function writeReport(folder: string, report: ProofReport): Promise<ReportFiles> {
  const files = { html: join(folder, 'proof.html'), json: join(folder, 'proof.json') }
  await mkdir(folder, { recursive: true })
  await writeFile(files.html, formatHtml(report, new Date()))
  await writeFile(files.json, `${JSON.stringify(report, null, 2)}\n`)
  return files
}
