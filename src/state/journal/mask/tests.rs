//! Secrets by their names, wherever they stand and however they are written.

use serde_json::json;

use super::*;

const UNREAD: &str = "bytes that may hold a secret and cannot be read)";

fn shown(text: &str) -> String {
    String::from_utf8(body(text.as_bytes()).into_owned()).expect("it was UTF-8")
}

#[test]
fn of_what_proves_a_caller_only_the_name_and_the_end_are_shown() {
    let id = "2b80c3cc-91a3-43b8-b8a7-5a3a1a6f5b5c";
    let of = |pair: String| format!("Basic {}", STANDARD.encode(pair));
    let (basic, known) = (of(format!("{id}:sandbox-api-key")), format!("Basic {id}:***"));
    let swapped = of(format!("sandbox-api-key:{id}"));
    let digits = of(format!("{}:x", id.replace('-', "")));
    let cases = [
        ("Authorization", "Bearer dz_sandbox_default", "Bearer ***ault"),
        ("authorization", "bearer short", "bearer ***"),
        ("AUTHORIZATION", &basic, &known),
        ("Authorization", &swapped, "Basic ***"),
        ("Authorization", &digits, "Basic ***"),
        ("Authorization", "Basic no base64!", "Basic ***"),
        ("Authorization", "Digest username=a", "Digest ***"),
        ("Authorization", "secret", "***"),
        ("Authorization", "secret of two words", "***"),
        ("Cookie", "a=b", "***"),
        ("X-Api-Key", "sandbox-api-key", "***"),
        ("X-Auth-Token", "a-long-token-of-somebody", "***"),
        ("X-Forwarded-Authorization", "Bearer a-long-token-of-somebody", "***"),
        ("X-Secret-Key", "S", "***"),
        ("X-Password-Confirm", "S", "***"),
        ("Referer", "http://a/?access_token=S&b=1", "http://a/?access_token=***&b=1"),
        ("Location", "http://a/?b=1#c&access_token=S", "http://a/?b=1#c&access_token=***"),
        ("X-Original-URI", "/a?access_token=S", "/a?access_token=***"),
        ("Referer", "http://a/?b=1&api%20key=S", "http://a/?b=1&api%20key=***"),
        ("X-Meta", r#"{"api key":"S"}"#, "***"),
        ("Referer", "http://a/x;access_token=S?b=1", "***"),
        ("Prefer", "code=password=S", "***"),
    ];
    for (name, sent, kept) in cases {
        assert_eq!(header(name, sent).as_deref(), Some(kept), "{name}: {sent}");
    }
    assert_eq!(header("content-type", "application/json"), None);
    assert_eq!(header("idempotency-key", "k"), None);
    assert_eq!(header("referer", "http://a/token?page=1"), None);
    assert_eq!(header("prefer", "code=422"), None);
}

#[test]
fn secrets_in_json_are_masked_whatever_they_are() {
    let cases = [
        (
            r#"{"access_token" : "eyJhbGciOiJIUzI1NiJ9.e30.abcd" , "expires_in":3600.0}"#,
            r#"{"access_token":"***abcd","expires_in":3600.0}"#,
        ),
        (r#"[{"client_secret":"a\"b,c"},{"a":1}]"#, r#"[{"client_secret":"***"},{"a":1}]"#),
        (r#"{"api_key":12345}"#, r#"{"api_key":"***"}"#),
        (r#"{"api_key":["S"]}"#, r#"{"api_key":"***"}"#),
        (r#"{"api_key":{"v":"S"}}"#, r#"{"api_key":"***"}"#),
        (r#"{"a":{"apiKey":"S"}}"#, r#"{"a":{"apiKey":"***"}}"#),
        (r#"{"clientSecret":"S"}"#, r#"{"clientSecret":"***"}"#),
        (r#"{"Password":"S"}"#, r#"{"Password":"***"}"#),
        (r#"{"pass_word":"S"}"#, r#"{"pass_word":"***"}"#),
        (r#"{"api_key_":"S"}"#, r#"{"api_key_":"***"}"#),
        (r#"{"secretKey":"S","passwords":"S"}"#, r#"{"secretKey":"***","passwords":"***"}"#),
        (r#"{"password_confirmation":"S"}"#, r#"{"password_confirmation":"***"}"#),
        (r#"{"token_value_2":"S","pwd":"S"}"#, r#"{"token_value_2":"***","pwd":"***"}"#),
        (r#"{"idempotency_key":"k","pass":1}"#, r#"{"idempotency_key":"k","pass":1}"#),
        (r#"{"api_-key":"S","token_type":"b"}"#, r#"{"api_-key":"***","token_type":"b"}"#),
        (
            r#"{"client_secret ":"S","password:":"S"}"#,
            r#"{"client_secret ":"***","password:":"***"}"#,
        ),
        (r#"{"api key":"S","api.key":"S"}"#, r#"{"api key":"***","api.key":"***"}"#),
        (
            r#"{"password_confirm":"S","passwordAgain":"S"}"#,
            r#"{"password_confirm":"***","passwordAgain":"***"}"#,
        ),
        (
            r#"{"private_key_pem":"S","sessionId":"S"}"#,
            r#"{"private_key_pem":"***","sessionId":"***"}"#,
        ),
        (r#"{"client_assertion":"S","code":"c"}"#, r#"{"client_assertion":"***","code":"c"}"#),
        ("\u{feff}{\"api_key\":\"S\"}", r#"{"api_key":"***"}"#),
        (r#"{"client\u005fsecret":"x"}"#, r#"{"client_secret":"***"}"#),
        (r#"{"a":{"api_key":"S"},"a":1}"#, r#"{"a":1}"#),
        (r#"{"a":"{\"api_key\":\"S\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"{\"\\u0070assword\":\"S\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"{\"b\":\"{\\\"\\\\u0070assword\\\":1}\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"{\"Private Key\":\"S\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"{\"password confirmation\":\"S\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"{\"pass\\tword\":\"S\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"token value=S","b":"api key 2 = S"}"#, r#"{"a":"***","b":"***"}"#),
        (r#"{"api key 2: S":1}"#, r#"{"***":"***"}"#),
        (r#"{"%ac\u0063esskey":"S"}"#, r#"{"%accesskey":"***"}"#),
        (r#"{"cre%dential":"S","%accesskey":"S"}"#, r#"{"cre%dential":"***","%accesskey":"***"}"#),
        (r#"{"to\ud83d\ude00ken":"S"}"#, "{\"to\u{1f600}ken\":\"***\"}"),
        (r#"{"x":{"api\tkey":"S"},"x":1}"#, r#"{"x":1}"#),
        (r#"{"note":"5\" pipe","x":{"api key":"S"},"x":1}"#, r#"{"note":"5\" pipe","x":1}"#),
        (r#"{"a":"p%61ssword=S"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"p%2561ssword%3DS"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"a 50 % token"}"#, r#"{"a":"a 50 % token"}"#),
        (r#"{"note":"the client_secret: x"}"#, r#"{"note":"the client_secret: x"}"#),
        (r#"{"token_type":"Bearer"}"#, r#"{"token_type":"Bearer"}"#),
        (r#"["api_key","x"]"#, r#"["api_key","x"]"#),
        (r#"{"api\tkey":"S","pass\nword":"S"}"#, r#"{"api\tkey":"***","pass\nword":"***"}"#),
        (r#"{"https://h/?access_token=S":"S"}"#, r#"{"***":"***"}"#),
        (r#"{"a":"api\u2011key=S","b":"x?api\u2060key=S"}"#, r#"{"a":"***","b":"***"}"#),
        (r#"{"a":"api\u0000key=S","b":"x?api%FFkey=S"}"#, r#"{"a":"***","b":"***"}"#),
        (r#"{"a":"pass\u00adword=S","b":"x?pass%E2%80%8Bword=S"}"#, r#"{"a":"***","b":"***"}"#),
        (r#"{"a":"{\"api\\u2060key\": \"S\"}"}"#, r#"{"a":"***"}"#),
        (r#"{"a":"password\u00a0= S","b":"password\u00ad=S"}"#, r#"{"a":"***","b":"***"}"#),
        (r#"{"a":"x?a=1&password+=S","b":"x?pwd%C2%A0=S"}"#, r#"{"a":"***","b":"***"}"#),
        ("{\"a\":\"{“password”: “S”}\"}", r#"{"a":"***"}"#),
        (r#"{"(token): S":1}"#, r#"{"***":"***"}"#),
        (r#"{"password密码":"S","a":"token令牌=S"}"#, r#"{"password密码":"***","a":"***"}"#),
        (r#"{"token \"S":1}"#, r#"{"***":"***"}"#),
        (r#"{"password: S":1,"a":1}"#, r#"{"***":"***","a":1}"#),
    ];
    for (sent, kept) in cases {
        assert_eq!(shown(sent), kept);
    }
}

#[test]
fn what_may_hold_a_secret_and_cannot_be_read_is_not_kept() {
    let part = |head: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\nxyz");
    let deep = format!("{}\"api_key\"{}", "[".repeat(500), "]".repeat(500));
    for sent in [
        "{'client_secret':'S'}",
        "{client_secret:\"S\"}",
        r#"{"client_secret":"cut in the mid"#,
        "<client_secret>S</client_secret>",
        "<name>API Key</name><value>xyz</value>",
        r#"{"note":"5" pipe","api key":"xyz"}"#,
        r#"{"note":"5\" pipe","api key":"xyz",}"#,
        r"{'note':'O\'Brien','private key':'xyz'}",
        "Session ID: xyz",
        "API - Key: xyz",
        "api [key]: xyz",
        r#"{"note":"a","api\tkey":"xyz",}"#,
        r#"{"%accesskey":"xyz",}"#,
        "[9\\u0032s\0 9\\u05Bapi_key%5D=xyz",
        "aut\\u002ap%69_key]6\0=xyz",
        "[ f%25Bapi_\u{ffc}key[]%0Dcui%5Dcurrent=xyz",
        "api keys: xyz",
        &format!("{}{}", part("name=\"note\"\r\n\r\n5\" pipe"), part("name=\"api key\"")),
        &part(r"name=api\ key"),
        "client_secret: S",
        "client_secret:S",
        "client_secret=S&a=b c",
        "auth%5Bapi_ke+\0y%5D=S",
        &part("name=\"client_secret\""),
        &format!("preamble\r\n{}", part("NAME=\"client_secret\"")),
        &part("name =\"client_secret\""),
        &part("name=client_secret; x=y"),
        &deep,
    ] {
        assert_eq!(shown(sent), format!("({} {UNREAD}", sent.len()));
    }
    let (sent, not_utf8) = (b"client_secret=\xff", "(15 bytes");
    assert!(body(sent).starts_with(not_utf8.as_bytes()));
}

#[test]
fn secrets_in_forms_and_queries_are_masked() {
    for (sent, kept) in [
        ("grant_type=x&client%5Fsecret=abc&a=%20", "grant_type=x&client%5Fsecret=***&a=%20"),
        ("auth[api_key]=S&api_key[]=S", "auth[api_key]=***&api_key[]=***"),
        ("auth%5Bapi_key%5D=S", "auth%5Bapi_key%5D=***"),
        ("a=%7B%22%5Cu0070assword%22%3A%22S%22%7D", "a=***"),
        ("ACCESS_TOKEN=S&token=S&page=1", "ACCESS_TOKEN=***&token=***&page=1"),
        ("grant_type=refresh_token&a", "grant_type=refresh_token&a"),
        ("a=1;client_secret=S&b=2", "a=***&b=2"),
        ("back=https%3A%2F%2Fx%3Ftoken%3DS", "back=***"),
        ("metadata=%7B%22api+key%22%3A%22S%22%7D", "metadata=***"),
        ("cre%25dential=S", "cre%25dential=***"),
        ("q=50%25&date=2031-05-01T12:00:00Z", "q=50%25&date=2031-05-01T12:00:00Z"),
    ] {
        assert_eq!(shown(sent), kept);
        assert_eq!(query(sent), kept);
    }
    assert_eq!(query("client_secret:S&a=1"), "***&a=1");
    assert_eq!(query("search=O'Brien%20Ltd&api+key=S"), "search=O'Brien%20Ltd&api+key=***");
    assert_eq!(query("search=secret+garden"), "search=secret+garden");
}

#[test]
fn secrets_are_masked_in_what_was_understood() {
    let mut understood = json!({ "a": [{ "client_secret": "x" }], "api_key": 5, "b": 1 });
    value(&mut understood);
    assert_eq!(understood, json!({ "a": [{ "client_secret": "***" }], "api_key": "***", "b": 1 }));
}

#[test]
fn what_names_no_secret_is_shown_as_it_came_however_broken() {
    for sent in [
        r#"{"note": "50% off", }"#,
        r#"{"note": "caf\u00e9", "#,
        "note=a b%",
        r#"{"a":12345678901234567890123,"b":"50%"}"#,
    ] {
        assert_eq!(shown(sent), sent);
    }
}

#[test]
fn what_only_has_the_letters_of_a_secrets_name_is_shown_as_it_came() {
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nPayment to Ken";
    for sent in [
        r#"{"note":"Refund to Ken = £5"}"#,
        r#"{"note":"Bank stop W/D=3"}"#,
        r#"{"note":"Secretary fee = 50"}"#,
        r#"{"note":"Training session, id=42"}"#,
        r#"{"note":"They have access… key=1"}"#,
        r#"{"note":"token привет = 5"}"#,
        r#"{"note":"They have access. Key={1}"}"#,
        "{\"note\":\"They have access\u{2028}key=5\"}",
        r#"{"note":"Roman « Le Secret » : 12 €"}"#,
        r#"{"note":"Book: “The Secret”: a novel"}"#,
        r#"{"note":"{\"route\":\"/v1/token/:id\"}","https://x/{id}/token/:action":1}"#,
        r#"{"Tokens (%): used":1,"The Secret, 'Garden'":1,"Tokens – \"Gold\"":1}"#,
        r#"{"url":"https://x/cb?type=session&id=5"}"#,
        r#"{"metadata":"{\"type\":\"session\",\"id\":5}"}"#,
        r#"{"metadata":"{\n \"object\": \"session\",\n \"id\": 5\n}"}"#,
        r#"{"Access? Key: none":1}"#,
        "They signed the auth. Keys at the desk",
        "back=%2Fx%3Ftype%3Dsession%26id%3D5",
        multipart,
        "amount=5&note=paid to Kent",
        "note=Secretary's+fee",
        "search=to+Ken%3D5",
    ] {
        assert_eq!(shown(sent), sent);
    }
    assert_eq!(query("search=to+Ken%3D5"), "search=to+Ken%3D5");
    assert_eq!(query("token+count=5"), "token+count=5");
    assert_eq!(header("x-meta", "kind=session; id=5"), None);
    let boundary = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZujWtW";
    assert_eq!(header("content-type", boundary), None);
}

#[test]
fn a_secret_is_masked_in_what_should_be_a_name() {
    assert_eq!(query("api_key:S&a=1&filter[token:S]=1&password:S=1"), "***&a=1&***&***");
    assert_eq!(query("token%E2%80%8B:S=1&token%00:S&token!:S=1&(token):S"), "***&***&***&***");
    assert_eq!(query("credential/type=1&(token)=1"), "credential/type=1&(token)=***");
    assert_eq!(name("api_key:S"), MASK);
    assert_eq!(name("allocations[0].token"), "allocations[0].token");
    assert_eq!(name("password:"), "password:");
    let shown: Vec<_> = pairs_of_query("password:S=1&a=b+c&token=S").collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(shown, [pair("a", "b c"), pair("token", MASK)]);
}

/// Or verify would answer about what nobody is shown.
#[test]
fn what_a_client_expects_is_held_secret_where_the_same_is_shown_masked() {
    for (name, text) in [
        ("search", "O'Brien Ltd"),
        ("search", "secret garden"),
        ("api key", "S"),
        ("a", "p%61ssword=S"),
        ("a", "{\"token\":1}"),
        ("a[token]", "S"),
        ("token_type", "b"),
        ("token count", "5"),
        ("token:x", "5"),
        ("search", "to Ken=5"),
        ("credential/type", "a"),
        ("password:S", "1"),
        ("filter[token:S]", "1"),
        ("https://h/?access_token=S", "1"),
    ] {
        let sent = form_urlencoded::Serializer::new(String::new()).append_pair(name, text).finish();
        assert_eq!(query(&sent) != sent, holds_secret_in_query(name, Some(text)), "{sent}");
        let expected = json!({ name: text });
        let sent = expected.to_string();
        assert_eq!(shown(&sent) != sent, holds_secret(&expected), "{sent}");
    }
}

#[test]
fn a_body_without_a_secret_is_not_copied() {
    assert!(matches!(body(br#"{"amount_cents": 1}"#), Cow::Borrowed(_)));
    assert!(matches!(query("page=1"), Cow::Borrowed(_)));
}
