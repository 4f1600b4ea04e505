"""Ways out of an app's session that end the Messenger's as well, and ways to forget that."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

SWIFT = Sample(
    {
        "App/Session.swift": """
import Foundation
import Intercom

final class Session {
    static let shared = Session()
    private let keychain: Keychain = .standard
    private(set) var account: Account?

    func begin(_ account: Account, proof: String) {
        self.account = account
        let attributes = ICMUserAttributes()
        attributes.userId = account.id
        Intercom.setUserHash(proof)
        Intercom.loginUser(with: attributes)
    }

    func logout() {
        keychain.remove("token")
        Intercom.logout()
        account = nil
        NotificationCenter.default.post(name: .sessionEnded, object: nil)
    }
}
"""
    },
    {"none": ("        Intercom.logout()\n", "", "session stays")},
)

KOTLIN = Sample(
    {
        "app/src/main/java/com/example/SessionRepository.kt": """
package com.example

import com.google.firebase.auth.FirebaseAuth
import io.intercom.android.sdk.Intercom
import io.intercom.android.sdk.identity.Registration

class SessionRepository(private val auth: FirebaseAuth, private val store: TokenStore) {

    fun onLogin(member: Member) {
        Intercom.client().setUserJwt(member.messengerToken)
        Intercom.client().loginIdentifiedUser(Registration.create().withUserId(member.id))
    }

    fun signOut() {
        auth.signOut()
        store.clear()
        Intercom.client().logout()
    }
}
"""
    },
    {"none": ("        Intercom.client().logout()\n", "", "session stays")},
)

DART = Sample(
    {
        "lib/auth/auth_bloc.dart": """
import 'package:firebase_auth/firebase_auth.dart';
import 'package:intercom_flutter/intercom_flutter.dart';

class AuthBloc {
  AuthBloc(this._auth, this._api);

  final FirebaseAuth _auth;
  final Api _api;

  Future<void> identified(User user) async {
    await Intercom.instance.setUserHash(await _api.hash());
    await Intercom.instance.loginIdentifiedUser(userId: user.uid);
  }

  Future<void> leave() async {
    await Intercom.instance.logout();
    await _auth.signOut();
  }
}
"""
    },
    {"none": ("    await Intercom.instance.logout();\n", "", "session stays")},
)

NATIVE = Sample(
    {
        "src/session.ts": """
import AsyncStorage from '@react-native-async-storage/async-storage';
import Intercom from '@intercom/intercom-react-native';
import { navigate } from './navigation';

export async function start(member: Member) {
  await Intercom.setUserHash(member.hash);
  await Intercom.loginUserWithUserAttributes({ userId: member.id });
}

export const logout = async () => {
  await AsyncStorage.multiRemove(['token', 'member']);
  await Intercom.logout();
  navigate('Welcome');
};
"""
    },
    {"none": ("  await Intercom.logout();\n", "", "session stays")},
)

SAMPLES = {
    "Swift": SWIFT,
    "Kotlin": KOTLIN,
    "Flutter": DART,
    "React Native": NATIVE,
}
