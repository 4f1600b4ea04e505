"""Pages of React that start the Messenger for a user, and ways to leave the proof out."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

REACT = Sample(
    {
        "src/components/Messenger.tsx": """
import { useEffect, type ReactNode } from 'react';
import { IntercomProvider, useIntercom } from 'react-use-intercom';
import { useMe } from '../api/me';

const APP_ID = process.env.REACT_APP_INTERCOM_ID ?? '';

function Boot({ children }: { children: ReactNode }) {
  const { boot, shutdown } = useIntercom();
  const { data: me, isLoading } = useMe();

  useEffect(() => {
    if (isLoading) {
      return undefined;
    }
    if (me) {
      boot({
        userId: me.id,
        email: me.email,
        name: `${me.firstName} ${me.lastName}`,
        userHash: me.intercomUserHash,
        customAttributes: { plan: me.plan },
      });
    } else {
      boot();
    }
    return () => shutdown();
  }, [boot, shutdown, me, isLoading]);

  return <>{children}</>;
}

export function Messenger({ children }: { children: ReactNode }) {
  return (
    <IntercomProvider appId={APP_ID} initializeDelay={500}>
      <Boot>{children}</Boot>
    </IntercomProvider>
  );
}
"""
    },
    {
        "no hash": ("        userHash: me.intercomUserHash,\n", "", "given with no"),
        "email alone": (
            """        userId: me.id,
        email: me.email,
        name: `${me.firstName} ${me.lastName}`,
        userHash: me.intercomUserHash,
""",
            "        email: me.email,\n",
            "`email` is given with no",
        ),
        "empty": ("me.intercomUserHash", "``", "is empty"),
    },
)

PROVIDER = Sample(
    {
        "app/providers.tsx": """
'use client';

import { IntercomProvider } from 'react-use-intercom';
import type { Session } from '@/lib/session';

type Props = { session: Session | null; userHash?: string; children: React.ReactNode };

export function Providers({ session, userHash, children }: Props) {
  const props = session
    ? { userId: session.user.id, email: session.user.email, userHash }
    : { name: 'Guest' };
  return (
    <IntercomProvider appId="abcd1234" autoBoot autoBootProps={props}>
      {children}
    </IntercomProvider>
  );
}
""",
        "app/layout.tsx": """
import { createHmac } from 'node:crypto';
import { getServerSession } from 'next-auth';
import { options } from '@/lib/auth';
import { Providers } from './providers';

function intercomHash(id: string) {
  const secret = process.env.INTERCOM_IDENTITY_SECRET!;
  return createHmac('sha256', secret).update(id).digest('hex');
}

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const session = await getServerSession(options);
  const userHash = session ? intercomHash(session.user.id) : undefined;
  return (
    <html lang="en">
      <body>
        <Providers session={session} userHash={userHash}>{children}</Providers>
      </body>
    </html>
  );
}
""",
    },
    {
        "no hash": (
            "email: session.user.email, userHash }",
            "email: session.user.email }",
            "`userId` is given with no",
        ),
        "public": ("process.env.INTERCOM_", "process.env.NEXT_PUBLIC_INTERCOM_", "the user gets"),
        "in the browser": (
            "import { createHmac } from 'node:crypto';",
            "'use client';\nimport { createHmac } from 'node:crypto';",
            "the user gets",
        ),
    },
)

SAMPLES = {
    "react-use-intercom": REACT,
    "a provider of Next.js": PROVIDER,
}
