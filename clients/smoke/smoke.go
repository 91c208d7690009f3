// Posts a picture and prints the verdict: smoke PICTURE, with SECOND_LOOK_URL and SECOND_LOOK_API_KEY.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log"
	"os"

	secondlook "github.com/second-look/client"
)

func main() {
	picture, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	configuration := secondlook.NewConfiguration()
	configuration.Servers = secondlook.ServerConfigurations{{URL: os.Getenv("SECOND_LOOK_URL")}}
	key := context.WithValue(context.Background(), secondlook.ContextAccessToken, os.Getenv("SECOND_LOOK_API_KEY"))

	call := secondlook.NewCheckImageCall()
	call.SetImage(base64.StdEncoding.EncodeToString(picture))
	call.SetLabels([]string{"all"})
	call.SetAppId("web")
	answer, _, err := secondlook.NewAPIClient(configuration).ImageAPI.CheckImage(key).CheckImageCall(*call).Execute()
	if err != nil {
		log.Fatal(err)
	}
	if !answer.HasDecision() {
		log.Fatalf("%d: %s", answer.GetCode(), answer.GetMessage())
	}
	fmt.Println(answer.GetDecision())
}
