"""Ways out of a session that end the Messenger's as well, and ways to forget that."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

REACT = Sample(
    {
        "src/auth/AuthProvider.tsx": """
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import { useIntercom } from 'react-use-intercom';
import { api } from '../api';

const AuthContext = createContext<Auth | null>(null);

export function AuthProvider({ children }: { children: ReactNode }) {
  const [account, setAccount] = useState<Account | null>(null);
  const { boot, shutdown } = useIntercom();

  const login = useCallback(async (email: string, password: string) => {
    const { data } = await api.post('/sessions', { email, password });
    setAccount(data.account);
    boot({ userId: data.account.id, userHash: data.account.userHash });
  }, [boot]);

  const logout = useCallback(async () => {
    await api.delete('/sessions/current');
    shutdown();
    setAccount(null);
  }, [shutdown]);

  return (
    <AuthContext.Provider value={{ account, login, logout }}>{children}</AuthContext.Provider>
  );
}

export const useAuth = () => useContext(AuthContext)!;
""",
        "src/components/Header.tsx": """
import { useAuth } from '../auth/AuthProvider';
import { useNavigate } from 'react-router-dom';

export function Header() {
  const { account, logout } = useAuth();
  const navigate = useNavigate();

  const handleLogout = async () => {
    await logout();
    navigate('/');
  };

  return <header>{account && <button onClick={handleLogout}>Log out</button>}</header>;
}
""",
    },
    {
        "none": ("    shutdown();\n", "", "session stays"),
        "hidden": ("    shutdown();\n", "    window.Intercom('hide');\n", "session stays"),
    },
)

FIREBASE = Sample(
    {
        "src/session.js": """
import { getAuth, onAuthStateChanged, signOut } from 'firebase/auth';
import Intercom, { shutdown } from '@intercom/messenger-js-sdk';
import { fetchIdentity } from './api';

const auth = getAuth();

onAuthStateChanged(auth, async (member) => {
  if (!member) {
    shutdown();
    return;
  }
  const identity = await fetchIdentity(await member.getIdToken());
  Intercom({ app_id: 'abcd1234', user_id: member.uid, user_hash: identity.hash });
});

export function leave() {
  return signOut(auth).then(() => {
    window.location.assign('/');
  });
}
"""
    },
    {"none": ("    shutdown();\n", "", "session stays")},
)

NEXT_AUTH = Sample(
    {
        "components/UserMenu.tsx": """
'use client';

import { signOut, useSession } from 'next-auth/react';
import { useEffect } from 'react';

export default function UserMenu({ jwt }: { jwt: string }) {
  const { data } = useSession();

  useEffect(() => {
    if (data?.user) {
      window.Intercom('boot', { app_id: 'abcd1234', intercom_user_jwt: jwt });
    }
  }, [data, jwt]);

  const leave = async () => {
    window.Intercom('shutdown');
    await signOut({ callbackUrl: '/' });
  };

  return <button onClick={leave}>Sign out</button>;
}
"""
    },
    {
        "none": ("    window.Intercom('shutdown');\n", "", "session stays"),
        "hidden": ("window.Intercom('shutdown')", "window.Intercom('hide')", "session stays"),
    },
)

STORE = Sample(
    {
        "src/lib/chat.js": """
const call = (...args) => window.Intercom && window.Intercom(...args);

export const identify = (account) => {
  window.Intercom('boot', { user_id: account.id, user_hash: account.hash });
};

export const forget = () => {
  window.Intercom('shutdown');
};
""",
        "src/store/auth.js": """
import { forget, identify } from '../lib/chat';
import router from '../router';
import http from '../http';

export default {
  namespaced: true,
  state: { account: null },
  mutations: {
    set(state, account) { state.account = account; },
  },
  actions: {
    async load({ commit }) {
      const { data } = await http.get('/me');
      commit('set', data);
      identify(data);
    },
    async logout({ commit }) {
      await http.post('/logout');
      forget();
      commit('set', null);
      router.push('/login');
    },
  },
};
""",
    },
    {
        "not called": ("      forget();\n", "", "session stays"),
        "nothing": (
            "  window.Intercom('shutdown');\n",
            "  window.Intercom('hide');\n",
            "session stays",
        ),
    },
)

ANGULAR = Sample(
    {
        "src/app/auth.service.ts": """
import { Injectable } from '@angular/core';
import { Router } from '@angular/router';
import { Intercom } from 'ng-intercom';
import { HttpClient } from '@angular/common/http';

@Injectable({ providedIn: 'root' })
export class AuthService {
  constructor(private intercom: Intercom, private http: HttpClient, private router: Router) {}

  started(profile: Profile) {
    this.intercom.boot({ user_id: profile.id, user_hash: profile.hash });
  }

  logout() {
    return this.http.post('/logout', {}).subscribe(() => {
      this.clear();
      this.router.navigate(['/']);
    });
  }

  private clear() {
    localStorage.removeItem('profile');
    this.intercom.shutdown();
  }
}
"""
    },
    {
        "none": ("    this.intercom.shutdown();\n", "", "session stays"),
        "not called": ("      this.clear();\n", "", "session stays"),
    },
)

RAILS = Sample(
    {
        "config/initializers/intercom.rb": """
IntercomRails.config do |config|
  config.app_id = ENV["INTERCOM_APP_ID"]
  config.api_secret = ENV["INTERCOM_API_SECRET"]
end
""",
        "app/controllers/sessions_controller.rb": """
class SessionsController < ApplicationController
  def new
    @form = LoginForm.new
  end

  def create
    user = User.find_by(email: params[:email])
    if user&.authenticate(params[:password])
      session[:user_id] = user.id
      redirect_to root_path
    else
      render :new, status: :unprocessable_entity
    end
  end

  def destroy
    IntercomRails::ShutdownHelper.prepare_intercom_shutdown(session)
    session.delete(:user_id)
    redirect_to root_path
  end
end
""",
    },
    {
        "none": (
            "    IntercomRails::ShutdownHelper.prepare_intercom_shutdown(session)\n",
            "",
            "session stays",
        ),
    },
)

DEVISE = Sample(
    {
        "config/initializers/intercom.rb": """
IntercomRails.config do |config|
  config.app_id = ENV["INTERCOM_APP_ID"]
  config.api_secret = Rails.application.credentials.intercom_api_secret
end
""",
        "app/controllers/accounts_controller.rb": """
class AccountsController < ApplicationController
  before_action :authenticate_user!

  def leave
    sign_out(current_user)
    IntercomRails::ShutdownHelper.intercom_shutdown(session, cookies, request.domain)
    redirect_to goodbye_path
  end
end
""",
    },
    {
        "none": (
            "    IntercomRails::ShutdownHelper.intercom_shutdown"
            "(session, cookies, request.domain)\n",
            "",
            "session stays",
        ),
    },
)

FLASK = Sample(
    {
        "shop/auth.py": '''
from flask import Blueprint, redirect, url_for
from flask_login import login_required, logout_user

bp = Blueprint("auth", __name__)


@bp.route("/leave")
@login_required
def leave():
    """Ends the session; the page that follows shuts Intercom's Messenger down."""
    logout_user()
    return redirect(url_for("pages.goodbye"))
''',
        "shop/static/js/messenger.js": """
(function () {
  var member = window.member;
  if (member) {
    window.Intercom('boot', { user_id: member.id, user_hash: member.hash });
  } else {
    window.Intercom('shutdown');
  }
})();
""",
    },
    {"none": ("    window.Intercom('shutdown');\n", "    load();\n", "session stays")},
)

SAMPLES = {
    "React": REACT,
    "Firebase": FIREBASE,
    "NextAuth": NEXT_AUTH,
    "a store": STORE,
    "Angular": ANGULAR,
    "Rails": RAILS,
    "Devise": DEVISE,
    "Flask": FLASK,
}
