"""Apps that log users in to the Messenger, and ways to leave the proof out."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

SWIFT = Sample(
    {
        "App/Sources/SupportService.swift": """
import Foundation
import Intercom

protocol IdentityAPI {
    func messengerToken() async throws -> String
}

final class SupportService {
    private let api: IdentityAPI
    private let log: Logger

    init(api: IdentityAPI, log: Logger) {
        self.api = api
        self.log = log
    }

    func start() {
        Intercom.setApiKey(Config.intercomKey, appId: Config.intercomAppId)
    }

    func signIn(_ account: Account) async {
        do {
            let token = try await api.messengerToken()
            Intercom.setUserJwt(token)
            let attributes = ICMUserAttributes()
            attributes.userId = account.id
            attributes.email = account.email
            Intercom.loginUser(with: attributes) { [weak self] result in
                switch result {
                case .success:
                    self?.log.info("messenger ready")
                case .failure(let error):
                    self?.log.error("messenger failed: \\(error)")
                }
            }
        } catch {
            Intercom.loginUnidentifiedUser()
        }
    }

    func signOut() {
        Intercom.logout()
    }
}
"""
    },
    {
        "no token": ("            Intercom.setUserJwt(token)\n", "", "no JWT or user hash"),
        "literal": ("setUserJwt(token)", 'setUserJwt("a.b.c")', "stands in the code"),
    },
)
SWIFT_HASH = Sample(
    {
        "Shop/AppDelegate.swift": """
import UIKit
import Intercom

@main
class AppDelegate: UIResponder, UIApplicationDelegate {
    let session = Session.shared

    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        Intercom.setApiKey(Secrets.key, appId: Secrets.app)
        if let user = session.user {
            identify(user)
        } else {
            Intercom.registerUnidentifiedUser()
        }
        return true
    }

    private func identify(_ user: User) {
        prove(user)
        Intercom.registerUser(withUserId: user.id, email: user.email)
    }

    private func prove(_ user: User) {
        Intercom.setUserHash(user.supportHash)
    }
}
"""
    },
    {
        "no hash": (
            "        Intercom.setUserHash(user.supportHash)\n",
            "        print(user.id)\n",
            "no JWT or user hash",
        ),
        "empty": ("setUserHash(user.supportHash)", 'setUserHash("")', "is empty"),
        "after": (
            """        prove(user)
        Intercom.registerUser(withUserId: user.id, email: user.email)
""",
            """        Intercom.registerUser(withUserId: user.id, email: user.email)
        prove(user)
""",
            "after",
        ),
    },
)

KOTLIN = Sample(
    {
        "app/src/main/java/com/example/support/Messenger.kt": """
package com.example.support

import io.intercom.android.sdk.Intercom
import io.intercom.android.sdk.IntercomError
import io.intercom.android.sdk.IntercomStatusCallback
import io.intercom.android.sdk.identity.Registration
import javax.inject.Inject

class Messenger @Inject constructor(private val backend: Backend, private val log: Log) {

    suspend fun onSignedIn(user: User) {
        val identity = backend.identity()
        val client = Intercom.client()
        client.setUserHash(identity.hash)
        val registration = Registration.create()
            .withUserId(user.id)
            .withEmail(user.email)
        client.loginIdentifiedUser(registration, object : IntercomStatusCallback {
            override fun onSuccess() {
                log.debug("messenger ready")
            }

            override fun onFailure(intercomError: IntercomError) {
                log.warn("messenger failed: ${intercomError.errorMessage}")
            }
        })
    }

    fun onGuest() {
        Intercom.client().loginUnidentifiedUser()
    }

    fun onSignedOut() {
        Intercom.client().logout()
    }
}
"""
    },
    {
        "no hash": ("        client.setUserHash(identity.hash)\n", "", "no JWT or user hash"),
        "literal": ("setUserHash(identity.hash)", 'setUserHash("dev")', "stands in the code"),
    },
)

JAVA = Sample(
    {
        "app/src/main/java/com/example/LoginActivity.java": """
package com.example;

import android.os.Bundle;
import androidx.appcompat.app.AppCompatActivity;
import io.intercom.android.sdk.Intercom;
import io.intercom.android.sdk.identity.Registration;

public class LoginActivity extends AppCompatActivity {
    private Api api;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_login);
        api = ((App) getApplication()).api();
    }

    private void onLogin(final Account account) {
        api.messengerToken(new Api.Callback<String>() {
            @Override
            public void done(String token) {
                Intercom.client().setUserJwt(token);
                Registration user = Registration.create().withUserId(account.id);
                Intercom.client().loginIdentifiedUser(user);
                finish();
            }

            @Override
            public void failed(Throwable error) {
                Intercom.client().loginUnidentifiedUser();
            }
        });
    }
}
"""
    },
    {
        "no token": (
            "                Intercom.client().setUserJwt(token);\n",
            "",
            "no JWT or user hash",
        ),
        "empty": ("setUserJwt(token)", 'setUserJwt("")', "is empty"),
        "after": (
            """                Intercom.client().setUserJwt(token);
                Registration user = Registration.create().withUserId(account.id);
                Intercom.client().loginIdentifiedUser(user);
""",
            """                Registration user = Registration.create().withUserId(account.id);
                Intercom.client().loginIdentifiedUser(user);
                Intercom.client().setUserJwt(token);
""",
            "after",
        ),
    },
)

DART = Sample(
    {
        "lib/support/messenger.dart": """
import 'package:flutter/foundation.dart';
import 'package:intercom_flutter/intercom_flutter.dart';

import '../api/client.dart';
import '../models/member.dart';

class Messenger {
  Messenger(this._client);

  final ApiClient _client;

  Future<void> init() async {
    await Intercom.instance.initialize(
      Config.appId,
      iosApiKey: Config.iosKey,
      androidApiKey: Config.androidKey,
    );
  }

  Future<void> signIn(Member member) async {
    final proof = await _client.fetchSupportHash();
    await Intercom.instance.setUserHash(proof);
    await Intercom.instance.loginIdentifiedUser(
      userId: member.id,
      statusCallback: IntercomStatusCallback(
        onSuccess: () => debugPrint('ready'),
        onFailure: (error) => debugPrint('failed: $error'),
      ),
    );
    await Intercom.instance.updateUser(name: member.name);
  }

  Future<void> guest() => Intercom.instance.loginUnidentifiedUser();

  Future<void> signOut() => Intercom.instance.logout();
}
"""
    },
    {
        "no hash": (
            "    await Intercom.instance.setUserHash(proof);\n",
            "",
            "no JWT or user hash",
        ),
        "literal": ("setUserHash(proof)", "setUserHash('dev')", "stands in the code"),
    },
)

NATIVE = Sample(
    {
        "src/services/support.ts": """
import Intercom from '@intercom/intercom-react-native';
import { api } from './api';
import type { Member } from '../types';

export const identify = async (member: Member | null) => {
  if (!member) {
    await Intercom.loginUnidentifiedUser();
    return;
  }
  const { data } = await api.get('/support/identity');
  await Intercom.setUserJwt(data.jwt);
  await Intercom.loginUserWithUserAttributes({
    userId: member.id,
    email: member.email,
    name: member.displayName,
  });
};

export const forget = async () => {
  await Intercom.logout();
};
""",
        "src/screens/Home.tsx": """
import React, { useEffect } from 'react';
import { View, Text } from 'react-native';
import { identify } from '../services/support';
import { useMember } from '../hooks/useMember';

export const Home = () => {
  const member = useMember();
  useEffect(() => {
    identify(member).catch(console.warn);
  }, [member]);
  return <View><Text>Home</Text></View>;
};
""",
    },
    {
        "no token": ("  await Intercom.setUserJwt(data.jwt);\n", "", "no JWT or user hash"),
        "literal": ("setUserJwt(data.jwt)", "setUserJwt('a.b.c')", "stands in the code"),
        "empty": ("setUserJwt(data.jwt)", "setUserJwt('')", "is empty"),
    },
)

CAPACITOR = Sample(
    {
        "src/app/support.service.ts": """
import { Injectable } from '@angular/core';
import { Intercom } from '@capacitor-community/intercom';
import { HttpClient } from '@angular/common/http';
import { firstValueFrom } from 'rxjs';

@Injectable({ providedIn: 'root' })
export class SupportService {
  constructor(private http: HttpClient) {}

  async login(profile: { uid: string; mail: string }) {
    const identity = await firstValueFrom(this.http.get<{ hmac: string }>('/support/identity'));
    await Intercom.setUserHash({ hmac: identity.hmac });
    await Intercom.registerIdentifiedUser({ userId: profile.uid, email: profile.mail });
    await Intercom.displayLauncher();
  }

  async leave() {
    await Intercom.logout();
  }
}
"""
    },
    {
        "no hash": (
            "    await Intercom.setUserHash({ hmac: identity.hmac });\n",
            "",
            "no JWT or user hash",
        ),
        "literal": ("hmac: identity.hmac }", "hmac: 'dev' }", "stands in the code"),
    },
)

CORDOVA = Sample(
    {
        "www/js/support.js": """
document.addEventListener('deviceready', function () {
  var stored = JSON.parse(window.localStorage.getItem('member') || 'null');
  if (stored) {
    identify(stored);
  } else {
    window.intercom.registerUnidentifiedUser();
  }
}, false);

function identify(member) {
  var request = new XMLHttpRequest();
  request.open('GET', '/support/identity');
  request.onload = function () {
    var answer = JSON.parse(request.responseText);
    window.intercom.setUserHash(answer.hash);
    window.intercom.registerIdentifiedUser({ userId: member.id, email: member.email });
    window.intercom.setLauncherVisibility('VISIBLE');
  };
  request.send();
}
"""
    },
    {
        "no hash": ("    window.intercom.setUserHash(answer.hash);\n", "", "no JWT or user hash"),
        "empty": ("setUserHash(answer.hash)", "setUserHash('')", "is empty"),
    },
)

SAMPLES = {
    "Swift": SWIFT,
    "Swift with a hash": SWIFT_HASH,
    "Kotlin on Android": KOTLIN,
    "Java on Android": JAVA,
    "Flutter": DART,
    "React Native": NATIVE,
    "Capacitor": CAPACITOR,
    "Cordova": CORDOVA,
}
