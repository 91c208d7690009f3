// Posts a picture and prints the verdict: java Smoke PICTURE, with SECOND_LOOK_URL and SECOND_LOOK_API_KEY.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import secondlook.ApiClient;
import secondlook.api.ImageApi;
import secondlook.model.CheckImageAnswer;
import secondlook.model.CheckImageCall;

public class Smoke {
    public static void main(String[] arguments) throws Exception {
        String key = System.getenv("SECOND_LOOK_API_KEY");
        ApiClient client = new ApiClient();
        client.updateBaseUri(System.getenv("SECOND_LOOK_URL"));
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
        byte[] picture = Files.readAllBytes(Path.of(arguments[0]));
        CheckImageCall call =
                new CheckImageCall()
                        .image(Base64.getEncoder().encodeToString(picture))
                        .labels(List.of("all"))
                        .appId("web");
        CheckImageAnswer answer = new ImageApi(client).checkImage(call);
        System.out.println(
                answer.getDecision() == null
                        ? answer.getCode() + ": " + answer.getMessage()
                        : answer.getDecision());
    }
}
