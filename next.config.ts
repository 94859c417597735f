// Next's settings. Headers are set by scripts/web.ts, which serves Next; types are checked by `npm test`, not by the build.
import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['esbuild', 'mdx-bundler', 'shiki', 'better-sqlite3', 'kysely', 'pino'],
  async redirects() {
    return [
      { source: '/', destination: '/en', permanent: false },
      // The interface is written in English; the Chinese addresses exist and lead there until it is translated.
      { source: '/zh-CN', destination: '/en', permanent: false },
      { source: '/zh-CN/:path*', destination: '/en/:path*', permanent: false },
      { source: '/:room(labs|lessons)/:path*', destination: '/en/:room/:path*', permanent: false },
    ]
  },
}

export default config
