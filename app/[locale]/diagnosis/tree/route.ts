// The diagnosis tree as data: a lab's drawer fetches it when it is opened for the first time, so that no lab's page carries it.
import { locales } from '../../../../labs/spec/names.ts'
import { readDiagnosis } from '../../../server/library.ts'
import { pageLocale } from '../../page-locale.ts'

export const dynamic = 'force-static'
export const generateStaticParams = () => locales.map((locale) => ({ locale }))

export async function GET(_: Request, { params }: { params: Promise<{ locale: string }> }): Promise<Response> {
  return Response.json(await readDiagnosis(await pageLocale(params)))
}
