// A learner's solved labs: GET gives them for a file, POST takes a file. What of the file the browser keeps is handed back to the page, checked.
import { headers } from 'next/headers'
import { longestProgressFile, type ProgressFileProblem, readProgressFile } from '../../../../labs/spec/progress-file.ts'
import { learnerHeader, webServices } from '../../../server/web-services.ts'

export const dynamic = 'force-dynamic'

const refused = (problem: ProgressFileProblem, status: number) => Response.json(problem, { status })

export async function GET(): Promise<Response> {
  const learner = (await headers()).get(learnerHeader)
  return Response.json({ solved: learner ? await webServices().solved(learner) : [] })
}

export async function POST(request: Request): Promise<Response> {
  const asked = await headers()
  const learner = asked.get(learnerHeader)
  const origin = asked.get('origin')
  // another port of this machine is the same site for cookies, and another origin
  if (!learner || !origin || new URL(origin).host !== asked.get('host')) return refused({ problem: 'nobody' }, 403)
  if (Number(asked.get('content-length')) > longestProgressFile * 4) return refused({ problem: 'too-long' }, 413)
  const file = readProgressFile(await request.text())
  if ('problem' in file) return refused(file, 400)
  await webServices().addSolved(learner, file.solved)
  return Response.json({ solved: file.solved.length, lessons: file.lessons })
}
