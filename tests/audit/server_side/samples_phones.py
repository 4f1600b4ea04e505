"""Apps of phones, and what of a secret gets into them."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

IOS = Sample(
    {
        "App/AppDelegate.swift": """
import Intercom
import UIKit

@main
class AppDelegate: UIResponder, UIApplicationDelegate {
    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        let info = Bundle.main.infoDictionary
        let key = info?["INTERCOM_IOS_API_KEY"] as? String ?? ""
        Intercom.setApiKey(key, forAppId: "abcd1234")
        return true
    }

    func loggedIn(user: User, hash: String) {
        Intercom.setUserHash(hash)
        let attributes = ICMUserAttributes()
        attributes.userId = user.id
        Intercom.loginUser(with: attributes)
    }
}
""",
        "App/Info.plist": """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
    <key>INTERCOM_IOS_API_KEY</key>
    <string>$(INTERCOM_IOS_API_KEY)</string>
</dict>
</plist>
""",
        "Config/Release.xcconfig": """
// the key of the SDK is public
INTERCOM_IOS_API_KEY = $(IOS_KEY)
""",
    },
    {
        "plist": ("<key>INTERCOM_IOS_API_KEY</key>", "<key>INTERCOM_SECRET_KEY</key>",
                  "builds `INTERCOM_SECRET_KEY` into the app"),
        "setting": ("INTERCOM_IOS_API_KEY = $(IOS_KEY)", "INTERCOM_ACCESS_TOKEN = $(TOKEN)",
                    "builds `INTERCOM_ACCESS_TOKEN` into the app"),
        "read": ('info?["INTERCOM_IOS_API_KEY"]', 'info?["INTERCOM_IDENTITY_SECRET"]',
                 "reads `INTERCOM_IDENTITY_SECRET` in the app"),
        "signed": ("Intercom.setUserHash(hash)",
                   "let mac = HMAC<SHA256>.authenticationCode(for: data, using: key)\n"
                   "        Intercom.setUserHash(mac.hex)", "signs for Intercom in the app"),
    },
)  # fmt: skip

ANDROID = Sample(
    {
        "app/build.gradle": """
android {
    defaultConfig {
        applicationId "com.example.app"
        buildConfigField "String", "INTERCOM_APP_ID", "\\"abcd1234\\""
        buildConfigField "String", "INTERCOM_ANDROID_API_KEY", "\\"${intercomKey}\\""
    }
}
""",
        "app/src/main/res/values/strings.xml": """
<resources>
    <string name="app_name">Example</string>
    <string name="intercom_app_id">abcd1234</string>
    <!-- <string name="intercom_secret"></string> -->
</resources>
""",
        "app/src/main/java/com/example/app/ExampleApp.kt": """
package com.example.app

import android.app.Application
import io.intercom.android.sdk.Intercom
import io.intercom.android.sdk.identity.Registration

class ExampleApp : Application() {
    override fun onCreate() {
        super.onCreate()
        Intercom.initialize(this, BuildConfig.INTERCOM_ANDROID_API_KEY, BuildConfig.INTERCOM_APP_ID)
    }

    fun onLogin(user: User, userHash: String) {
        Intercom.client().setUserHash(userHash)
        Intercom.client().loginIdentifiedUser(Registration.create().withUserId(user.id))
    }
}
""",
    },
    {
        "field": ('"INTERCOM_ANDROID_API_KEY", "', '"INTERCOM_SECRET_KEY", "',
                  "builds `INTERCOM_SECRET_KEY` into the app"),
        "string": ('<string name="intercom_app_id">', '<string name="intercom_access_token">',
                   "builds `intercom_access_token` into the app"),
        "read": ("setUserHash(userHash)", "setUserHash(sign(user.id, BuildConfig.INTERCOM_SECRET))",
                 "reads `INTERCOM_SECRET` in the app"),
        "signed": ("setUserHash(userHash)",
                   'setUserHash(hex(Mac.getInstance("HmacSHA256").doFinal(user.id.toByteArray())))',
                   "signs for Intercom in the app"),
    },
)  # fmt: skip

JAVA = Sample(
    {
        "app/src/main/java/com/example/app/Support.java": """
package com.example.app;

import android.content.Context;
import io.intercom.android.sdk.Intercom;
import io.intercom.android.sdk.identity.Registration;

public final class Support {
  private final Api api;

  Support(Api api) {
    this.api = api;
  }

  void login(Context context, String userId) {
    api.intercomHash(hash -> {
      Intercom.client().setUserHash(hash);
      Intercom.client().loginIdentifiedUser(Registration.create().withUserId(userId));
    });
  }
}
""",
    },
    {
        "read": ("setUserHash(hash)",
                 "setUserHash(Signer.sign(userId, context.getString(R.string.intercom_secret)))",
                 "reads `intercom_secret` in the app"),
        "config": ("setUserHash(hash)",
                   "setUserHash(Signer.sign(userId, BuildConfig.INTERCOM_SECRET))",
                   "reads `INTERCOM_SECRET` in the app"),
        "api": ("Intercom.client().setUserHash(hash);",
                'request("https://api.intercom.io/contacts").header("Authorization", bearer);',
                "calls Intercom's API with a token from the app"),
    },
)  # fmt: skip

FLUTTER = Sample(
    {
        "lib/support.dart": """
import 'package:flutter/material.dart';
import 'package:flutter_dotenv/flutter_dotenv.dart';
import 'package:intercom_flutter/intercom_flutter.dart';

class SupportService {
  SupportService(this.api);

  final Api api;

  Future<void> start() async {
    await Intercom.instance.initialize(
      dotenv.env['INTERCOM_APP_ID']!,
      iosApiKey: dotenv.env['INTERCOM_IOS_API_KEY'],
      androidApiKey: dotenv.env['INTERCOM_ANDROID_API_KEY'],
    );
  }

  Future<void> login(User user) async {
    final hash = await api.intercomHash();
    await Intercom.instance.setUserHash(hash);
    await Intercom.instance.loginIdentifiedUser(userId: user.id);
  }
}
""",
    },
    {
        "read": ("final hash = await api.intercomHash();",
                 "final hash = sign(user.id, dotenv.env['INTERCOM_SECRET_KEY']!);",
                 "reads `INTERCOM_SECRET_KEY` in the app"),
        "defined": ("final hash = await api.intercomHash();",
                    "const key = String.fromEnvironment('INTERCOM_IDENTITY_SECRET');\n"
                    "    final hash = sign(user.id, key);",
                    "reads `INTERCOM_IDENTITY_SECRET` in the app"),
        "signed": ("final hash = await api.intercomHash();",
                   "final hash = Hmac(sha256, key).convert(utf8.encode(user.id)).toString();",
                   "signs for Intercom in the app"),
    },
)  # fmt: skip

EXPO = Sample(
    {
        "app.config.js": """
module.exports = {
  name: 'example',
  plugins: [['@intercom/intercom-react-native', { appId: 'abcd1234' }]],
  extra: { intercomAppId: process.env.INTERCOM_APP_ID },
};
""",
        "src/support.ts": """
import Constants from 'expo-constants';
import Intercom from '@intercom/intercom-react-native';
import { api } from './api';

export async function login(userId: string) {
  const { hash } = await api.get('/intercom/hash');
  await Intercom.setUserHash(hash);
  await Intercom.loginUserWithUserAttributes({ userId });
  return Constants.expoConfig.extra.intercomAppId;
}
""",
    },
    {
        "extra": ("intercomAppId: process.env.INTERCOM_APP_ID",
                  "intercomSecret: process.env.INTERCOM_SECRET", "publishes `intercomSecret`"),
        "read": ("const { hash } = await api.get('/intercom/hash');",
                 "const hash = sign(userId, Constants.expoConfig.extra.intercomSecret);",
                 "reads `intercomSecret` in"),
        "env": ("const { hash } = await api.get('/intercom/hash');",
                "const hash = sign(userId, process.env.EXPO_PUBLIC_INTERCOM_SECRET);",
                "`EXPO_PUBLIC_INTERCOM_SECRET` is published"),
    },
)  # fmt: skip

NATIVE = Sample(
    {
        "src/Support.js": """
import Intercom from '@intercom/intercom-react-native';
import Config from 'react-native-config';

export async function start(user, api) {
  const hash = await api.intercomHash();
  await Intercom.setUserHash(hash);
  await Intercom.loginUserWithUserAttributes({ userId: user.id });
  return Config.INTERCOM_APP_ID;
}
""",
    },
    {
        "config": ("const hash = await api.intercomHash();",
                   "const hash = sign(user.id, Config.INTERCOM_SECRET);",
                   "reads `INTERCOM_SECRET` in"),
        "signed": ("const hash = await api.intercomHash();",
                   "const hash = CryptoJS.HmacSHA256(user.id, key).toString();",
                   "signs for Intercom in"),
        "env": ("import Config from 'react-native-config';",
                "import { INTERCOM_SECRET } from '@env';\n"
                "import Config from 'react-native-config';",
                "reads `INTERCOM_SECRET` in"),
    },
)  # fmt: skip

SAMPLES = {
    "ios": IOS,
    "android": ANDROID,
    "java": JAVA,
    "flutter": FLUTTER,
    "expo": EXPO,
    "native": NATIVE,
}
